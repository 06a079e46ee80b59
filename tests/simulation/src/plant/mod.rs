//! Mistakes that are made on purpose, to see that the checker notices them.
//!
//! None of them is in the product: each is a variant of something in the simulation that the product stands on, such as a
//! store whose conditions are not those that the adapter asks for.

pub mod answers;
pub mod following;
pub mod writes;

macro_rules! bugs {
    ($($(#[$doc:meta])* $bug:ident = $name:literal, $changes:literal;)+) => {
        /// A mistake.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Bug {
            $($(#[$doc])* $bug,)+
        }

        impl Bug {
            pub const ALL: &[Self] = &[$(Self::$bug),+];

            /// What it is called.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$bug => $name,)+
                }
            }

            /// What it changes.
            #[must_use]
            pub fn changes(self) -> &'static str {
                match self {
                    $(Self::$bug => $changes,)+
                }
            }
        }
    };
}

bugs! {
    NoCondition = "no condition on free units", "A reservation takes units that are not there.";
    LockMissing = "lock missing", "A reservation does not ask whether its people have an active appointment.";
    Ownership = "ownership not checked", "A reservation does not ask whose people they are.";
    OwnershipOfChanges = "ownership of changes not checked", "A hold is confirmed for whoever asks.";
    FamilySplit = "family split", "A reservation for several is carried out one by one, and stops where one fails.";
    AckBeforeCommit = "acknowledged before commit", "A lost answer to a reservation counts as its success.";
    HopUnresolved = "hop without resolving", "A lost answer to a reservation counts as \"nothing was done\".";
    FreshToken = "fresh token after an unknown outcome", "A reservation whose answer is lost is sent again as another one.";
    SharedToken = "one token for several requests", "A request token names the people, and not what is asked for them.";
    Unseen = "refusal read from half of the rows", "A failed condition counts although another row was in conflict, and was not looked at.";
    DoubleRelease = "double release", "A release does not ask whether the appointment is still as it was.";
    ReturnedTwice = "unit returned twice", "A release returns one unit more than it ends appointments.";
    MovedWithoutTaking = "moved without taking", "A move to another slot gives the old unit back, and takes no new one.";
    MovedWithoutReturning = "moved without returning", "A move to another slot takes the new unit, and keeps the old one.";
    UseReturned = "unit of a kept appointment returned", "Completing an appointment gives its unit back.";
    UseUnread = "attendance without a condition", "Who says that somebody came does not ask whether the appointment still stands.";
    DoseUnrecorded = "dose not recorded", "Completing an appointment does not record the dose.";
    DoseTwice = "dose recorded twice", "Completing an appointment records a dose too many.";
    WalkInFree = "walk-in without a unit", "Who comes without an appointment is taken in without taking a unit.";
    WalkInForgotten = "walk-in not known again", "A newcomer's row is written whatever row there is, and what stood in it is forgotten.";
    LapseReturned = "unit of a lapsed appointment returned", "An appointment whose day is past gives its unit back when its person books again.";
    DeletedFirst = "message deleted first", "A message is deleted before it is carried out.";
    FailuresDeleted = "failed messages deleted", "What the booker could not carry out does not come again.";
    SendLost = "lost message counts as sent", "A ticket is given out although the queue lost the message.";
    NoOutcome = "ticket closed without a row", "The booker does not write down that a ticket was refused.";
    Unfenced = "ticket closed without a fence", "A ticket is closed without asking whether its appointments were made, or keeping them from being made.";
    QueueUnswitched = "queue not switched", "Staff are told that a session is queued for or not, and its row stays as it was.";
    NeverSwept = "expiry by hand alone", "The list of holds that fall due is always empty.";
    Resold = "cancelled session resold", "The shards of a session that is cancelled are not marked.";
    Swept = "expiry left to the sweeper", "A hold that has run out can be confirmed as long as it is still there.";
    Forgotten = "forgotten at cancellation", "Nothing notes that a key made an appointment that has ended.";
    WithdrawalUnnoted = "withdrawal not noted", "Nothing notes that a key made an appointment that ended with its session.";
    KeyUnnoted = "key not noted", "A key's row is written whatever row there is.";
    KeyForAnything = "key for anything", "What a key was used for is not compared with what it comes with.";
    ClosedInCache = "closed in the cache only", "Shards are not marked when a session closes: who has an old copy sells on.";
    BelowBooked = "capacity below what is booked", "Lowering a capacity does not ask whether the units are free.";
    CapacityUnversioned = "capacity without a version", "A new layout is written over whatever layout is there.";
    RemovedBooked = "removed although booked", "The removal of a person does not ask whether there is an appointment.";
    Increments = "increments instead of recounting", "The projector adds what a record changed to the sums.";
    SumsUnversioned = "sums without a version", "Sums are written whatever was written since they were counted.";
    TallyUnranked = "older sight replaces newer", "Where an appointment stands is written although it is known to stand further on.";
    StaleRecount = "recount from an index", "Shards are read as they were some time ago.";
    RecordSkipped = "stream record skipped", "One record in twenty is not brought to the projector.";
    FailureIgnored = "failed batch acknowledged", "What the projector could not handle does not come again.";
    UnitsGone = "units gone", "When all is quiet, a unit that nobody has is gone from every shard that has one.";
    TurnedAnew = "dose opened anew", "Each recount turns each dose of a session anew, as if it had just become so.";
    TurnsLeft = "dose never closed", "Sums are written, and what dose can be had stays as it was first.";
    EventLost = "lost event counts as told", "A lost answer of the topic counts as success although nothing was told.";
}
