//! Every type of problem there is. A slug is a promise: clients decide by it.

use axum::http::StatusCode;

macro_rules! kinds {
    ($($name:ident = $status:ident $slug:literal $title:literal $help:literal;)*) => {
        /// A type of problem (RFC 9457).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $(#[doc = $title] $name,)*
        }

        impl Kind {
            pub const ALL: &[Self] = &[$(Self::$name),*];

            #[must_use]
            pub fn slug(self) -> &'static str {
                match self { $(Self::$name => $slug),* }
            }

            #[must_use]
            pub fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status),* }
            }

            /// What happened, the same for every occurrence.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Self::$name => $title),* }
            }

            /// What the caller can do about it.
            #[must_use]
            pub fn help(self) -> &'static str {
                match self { $(Self::$name => $help),* }
            }
        }
    };
}

kinds! {
    // What was sent cannot be read.
    MalformedJson = BAD_REQUEST "malformed-json" "The body is not JSON"
        "Send one JSON object in UTF-8; the detail names the line and column where reading stopped.";
    InvalidBody = UNPROCESSABLE_ENTITY "invalid-body" "The body does not fit this operation"
        "Correct the value that `pointer` (a JSON pointer) leads to.";
    UnexpectedBody = BAD_REQUEST "unexpected-body" "This operation takes no body"
        "Send the request without a body.";
    MalformedCsv = BAD_REQUEST "malformed-csv" "The body is not a CSV file"
        "Send a file in UTF-8 with a header line.";
    BodyTooLarge = PAYLOAD_TOO_LARGE "body-too-large" "The body is too large"
        "Send at most `limit` bytes.";
    UnsupportedMediaType = UNSUPPORTED_MEDIA_TYPE "unsupported-media-type" "The body is not of a type that is read here"
        "Set the Content-Type header to the type in `expected`.";
    InvalidParameter = BAD_REQUEST "invalid-parameter" "A parameter cannot be read"
        "Correct or leave out the parameter that `parameter` names.";
    InvalidIdempotencyKey = BAD_REQUEST "invalid-idempotency-key" "The Idempotency-Key header cannot be used"
        "Send one key of 1 to 64 visible ASCII characters, such as a UUID.";

    WrongReference = BAD_REQUEST "wrong-reference" "The characters of the reference do not go together"
        "Read it again: one character is wrong, or two changed places.";

    // The caller may not.
    Unauthorized = UNAUTHORIZED "unauthorized" "A valid token is needed"
        "Send an access token in the header `Authorization: Bearer ...`; get a new one if it has expired.";
    Forbidden = FORBIDDEN "forbidden" "The caller's role does not include this"
        "Use a token of a role that may do this.";
    DirectRequest = FORBIDDEN "direct-request" "The request did not come through the public address"
        "Send the request to the address where the service is published.";
    PhoneNotServed = UNPROCESSABLE_ENTITY "phone-not-served" "No codes are sent to numbers of this country"
        "Use a number that begins with one of `countries`.";
    WrongCode = UNPROCESSABLE_ENTITY "wrong-code" "The code is wrong"
        "Look at the latest message again: it can be tried `left` times more.";
    CodeOver = UNPROCESSABLE_ENTITY "code-over" "The code counts no more"
        "Ask for a new code: each counts for three minutes, five tries and one login.";
    LoginEnded = UNAUTHORIZED "login-ended" "The login has ended"
        "Log in again with a new code.";
    PhoneRequired = FORBIDDEN "phone-required" "The token names no phone number"
        "Log in with a phone number: notices go to it.";

    // There is no such thing, or not for this caller: the two look the same.
    NoSuchRoute = NOT_FOUND "no-such-route" "There is nothing at this address"
        "See /docs for the operations there are.";
    MethodNotAllowed = METHOD_NOT_ALLOWED "method-not-allowed" "This address does not take that method"
        "Use one of the methods in the Allow header.";
    NoSuchState = NOT_FOUND "no-such-state" "There is no such state"
        "Take the state_id from /v1/states.";
    NoSuchDistrict = NOT_FOUND "no-such-district" "There is no such district"
        "Take the district_id from /v1/states/{state_id}/districts.";
    NoSuchCenter = NOT_FOUND "no-such-center" "There is no such center"
        "Take the center_id from a session, or ask for a role that includes the center.";
    NoSuchPlace = NOT_FOUND "no-such-place" "There is no such place or session"
        "Start from the report of the country and follow its rows.";
    NoSuchSession = NOT_FOUND "no-such-session" "There is no such session"
        "Search again: sessions come and go.";
    NoSuchSlot = NOT_FOUND "no-such-slot" "The session has no such slot"
        "Take the slot as the session lists it, such as 09:00-11:00.";
    NoSuchBeneficiary = NOT_FOUND "no-such-beneficiary" "There is no such beneficiary"
        "Take the beneficiary_id from /v1/beneficiaries.";
    NoSuchReference = NOT_FOUND "no-such-reference" "No appointment of this center and day has this reference"
        "Compare the reference and the day with what the person brings; `date` names the day, which is today if it is left out.";
    NoSuchTicket = NOT_FOUND "no-such-ticket" "There is no such ticket"
        "Take the ticket as a booking was answered with; it is kept for 30 days.";
    NoSuchAppointment = NOT_FOUND "no-such-appointment" "There is no such appointment that can still be changed"
        "Take both ids from /v1/appointments; an appointment that has ended stays as it is.";

    // A search that no answer fits.
    PlaceRequired = BAD_REQUEST "place-required" "The search names no place, or more than one"
        "Give exactly one of district_id, pincode, center_id, or lat with long.";
    PastDate = UNPROCESSABLE_ENTITY "past-date" "The date is past"
        "Use a date from `today` on.";
    RangeReversed = UNPROCESSABLE_ENTITY "range-reversed" "The range of dates ends before it starts"
        "Let `from` be the earlier date and `to` the later.";
    RangeTooLong = UNPROCESSABLE_ENTITY "range-too-long" "The range of dates is too long"
        "Search at most `most_days` days at a time.";

    // The session cannot be booked.
    DoseNotOffered = UNPROCESSABLE_ENTITY "dose-not-offered" "The session does not give this dose"
        "Book one of the doses in `offered`, or find a session that gives this one.";
    SessionClosed = CONFLICT "session-closed" "The session is closed to new bookings"
        "Find another session.";
    NotYetOpen = CONFLICT "not-yet-open" "The session does not open for bookings until later"
        "Come back at `opens_at`.";
    SessionCancelled = CONFLICT "session-cancelled" "The session is cancelled"
        "Find another session: a cancelled one does not come back.";
    SlotPast = CONFLICT "slot-past" "The slot has already begun"
        "Choose a later slot.";
    NoticeTooShort = CONFLICT "notice-too-short" "The slot starts too soon to be booked"
        "Choose a slot that starts later; this one could be booked until `latest`.";
    SoldOut = CONFLICT "sold-out" "No place is left"
        "Choose another slot or session.";
    FewerLeft = CONFLICT "fewer-left" "Fewer places are left than were asked for"
        "Book for at most `left` people in this slot, or choose another.";

    // The person cannot be booked.
    AlreadyBooked = CONFLICT "already-booked" "The beneficiary already has an appointment"
        "Cancel the appointment that `appointment_id` names, or keep it.";
    TooYoung = UNPROCESSABLE_ENTITY "too-young" "The beneficiary is too young for this session"
        "Choose a session on or after the date in `from`, or one for a younger age.";
    TooOld = UNPROCESSABLE_ENTITY "too-old" "The beneficiary is too old for this session"
        "Choose a session without an upper age, or with a higher one.";
    DoseOutOfOrder = UNPROCESSABLE_ENTITY "dose-out-of-order" "Another dose is due for the beneficiary"
        "Book the dose in `due`; null means that the schedule is complete.";
    OtherVaccine = UNPROCESSABLE_ENTITY "other-vaccine" "The earlier dose was of another vaccine"
        "Choose a session for the vaccine in `taken`.";
    DoseTooEarly = UNPROCESSABLE_ENTITY "dose-too-early" "The interval since the last dose has not passed"
        "Choose a session on or after the date in `from`.";
    TooManyChanges = CONFLICT "too-many-changes" "The beneficiary gave up too many appointments within a day"
        "Book again at the time in `from`: at most `most` appointments can be given up within 24 hours.";

    // The appointment cannot be changed.
    HoldExpired = CONFLICT "hold-expired" "The hold ran out before it was confirmed"
        "Book or hold again.";
    AlreadyConfirmed = CONFLICT "already-confirmed" "The appointment is already confirmed"
        "Nothing is left to do.";
    SameSlot = CONFLICT "same-slot" "The appointment is in this slot already"
        "Keep the appointment, or choose another slot.";
    DifferentDoses = UNPROCESSABLE_ENTITY "different-doses" "The appointments are for different doses"
        "Move together only appointments for the same dose.";
    Queueing = CONFLICT "queueing" "The places of the session are given out through its queue"
        "Move there after `until`, which is null while staff keeps the queue on; or cancel, and book to stand in the queue.";
    CutOffPassed = CONFLICT "cut-off-passed" "It is too late to give the appointment up"
        "Keep the appointment: it could be cancelled or moved until `latest`.";
    KeyReused = UNPROCESSABLE_ENTITY "key-reused" "The idempotency key was used for another request"
        "Use a new key for each new request, and the same key only to repeat one.";
    AppointmentActive = CONFLICT "appointment-active" "The beneficiary has an appointment"
        "Cancel the appointment that `appointment_id` names first.";
    DoseRecorded = CONFLICT "dose-recorded" "The beneficiary had a dose under these facts"
        "Correct the name alone; birth and photo ID stay as they were when the dose was given.";
    PhotoIdRegistered = CONFLICT "photo-id-registered" "Somebody is registered with this photo ID"
        "Check the number, or use another document; a person whom another account registered has to be removed there first.";
    BeneficiaryRemoved = CONFLICT "beneficiary-removed" "Whom this request registered was removed since"
        "Register the person again with a new Idempotency-Key.";
    AccountFull = CONFLICT "account-full" "The account has as many beneficiaries as it may"
        "An account manages at most `most` people.";

    // Subscriptions.
    NoSuchSubscription = NOT_FOUND "no-such-subscription" "There is no such subscription"
        "List your subscriptions.";
    SubscriptionsFull = CONFLICT "subscriptions-full" "The account has as many subscriptions as it may"
        "End one of them first: an account has at most `most`.";
    EndpointSubscribed = CONFLICT "endpoint-subscribed" "The address is subscribed already"
        "End its subscription first, or use another address.";
    EndpointRefused = UNPROCESSABLE_ENTITY "endpoint-refused" "Messages cannot be delivered to the address"
        "Check the address; a queue has to let the topic send to it.";
    WrongToken = UNPROCESSABLE_ENTITY "wrong-token" "It is not the token that came to the address"
        "Send the `Token` of the last message that asked for a confirmation; each counts for two days.";

    // Staff's requests.
    InvalidSchedule = UNPROCESSABLE_ENTITY "invalid-schedule" "The session cannot be published like this"
        "The detail names the rule that is broken.";
    CenterExists = CONFLICT "center-exists" "There already is a center with this id"
        "Use another center_id, or leave it out to have one assigned.";
    BelowBooked = CONFLICT "below-booked" "More is booked than that"
        "Set a capacity of at least `booked`.";
    BadRows = UNPROCESSABLE_ENTITY "bad-rows" "Some rows cannot be imported; none was"
        "Correct every line in `rows` and send the file again.";

    TooSoon = CONFLICT "too-soon" "That cannot be said of the appointment yet"
        "Say it from the time in `from` on: that somebody came, on the day; that nobody did, once the slot has begun.";
    AppointmentEnded = CONFLICT "appointment-ended" "The appointment has ended in another way"
        "See `ended_as`; somebody who is there can have a place as a walk-in.";

    RequestInProgress = CONFLICT "request-in-progress" "The same request is being carried out"
        "Send the request again after the time in the Retry-After header, with the same Idempotency-Key.";

    // The service's own troubles.
    TooManyRequests = TOO_MANY_REQUESTS "too-many-requests" "The caller sends too many requests"
        "Send the request again after the time in the Retry-After header, and fewer of them.";
    Busy = SERVICE_UNAVAILABLE "busy" "Too many requests at once; nothing was changed"
        "Send the request again after the time in the Retry-After header.";
    OutcomeUnknown = SERVICE_UNAVAILABLE "outcome-unknown" "It is not known whether the request was carried out"
        "Look at what is there, or repeat the request with the same Idempotency-Key.";
    Internal = INTERNAL_SERVER_ERROR "internal" "Something failed on our side"
        "Try again later; the request id in the X-Request-Id header helps us to find the cause.";
}

/// What a repeat with the same idempotency key gets, after a request ended with a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// The same answer.
    Told,
    /// Nobody knows whether the request was carried out: a repeat finds out.
    CarriedOut,
    /// Nothing was carried out, and the key is free.
    Anew,
}

impl Kind {
    #[must_use]
    pub fn repeat(self) -> Repeat {
        match (self, self.status()) {
            (Self::OutcomeUnknown | Self::Internal, _) => Repeat::CarriedOut,
            (Self::Busy | Self::TooManyRequests | Self::InvalidBody, _)
            | (
                _,
                StatusCode::BAD_REQUEST
                | StatusCode::UNAUTHORIZED
                | StatusCode::FORBIDDEN
                | StatusCode::PAYLOAD_TOO_LARGE
                | StatusCode::UNSUPPORTED_MEDIA_TYPE,
            ) => Repeat::Anew,
            _ => Repeat::Told,
        }
    }

    /// The problem's type as a URI.
    #[must_use]
    pub fn uri(self) -> String {
        format!("urn:vaxslot:problem:{}", self.slug())
    }

    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.slug() == slug)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn slugs_are_unique_lower_case_words() {
        let slugs: BTreeSet<&str> = Kind::ALL.iter().map(|kind| kind.slug()).collect();
        assert_eq!(slugs.len(), Kind::ALL.len());
        let lower = |slug: &&str| slug.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        assert!(slugs.iter().all(lower));
    }

    #[test]
    fn every_kind_is_an_error_with_a_title_and_help() {
        for kind in Kind::ALL {
            assert!(kind.status().is_client_error() || kind.status().is_server_error(), "{kind:?}");
            assert!(!kind.title().ends_with('.') && kind.help().ends_with('.'), "{kind:?}");
            assert_eq!(Kind::from_slug(kind.slug()), Some(*kind));
        }
    }
}
