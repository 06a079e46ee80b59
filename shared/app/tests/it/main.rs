//! Use cases over the twins of the ports: the opening queue, from the desk to the end of every ticket; and the audit.

mod audit;
mod booker;
mod crashes;
mod desk;
mod midnight;
mod repeats;
mod stage;
