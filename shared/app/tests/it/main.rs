//! The opening queue over the twins of the ports: from the desk to the end of every ticket.

mod booker;
mod crashes;
mod desk;
mod repeats;
mod stage;
