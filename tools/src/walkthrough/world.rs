//! Asking the service and holding it to what was expected.

use std::{io::Write, time::Duration};

use jiff::{Timestamp, ToSpan, civil::Date};
use serde_json::Value;
use vaxslot_domain::{
    access::{Caller, Region},
    id::CenterId,
    person::{BadPhone, Phone},
};

use super::show;
use crate::{
    failure::Failure,
    http::{Answer, Api, Bearer, Call},
    keys::KeyError,
    outbox::{self, Message},
    token::Signer,
};

/// A line says every so often what is still awaited.
const TOLD_EVERY: u32 = 20;
const TOKEN_HOURS: u8 = 1;

/// How long to wait for what follows a change: summaries, reports and messages come moments later.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    pub tries: u32,
    pub pause: Duration,
}

impl Default for Patience {
    /// About two minutes, which lets a small machine catch up with a freshly seeded stack.
    fn default() -> Self {
        Self { tries: 480, pause: Duration::from_millis(250) }
    }
}

/// Where a walk takes place.
pub struct Place {
    pub api: Api,
    pub endpoint: Api,
    pub signer: Signer,
    pub now: Timestamp,
    pub today: Date,
    /// Sets one run apart from every other on the same stack.
    pub run: u64,
}

/// A walk under way: who takes part, and where it is told.
pub struct World<'a> {
    place: Place,
    patience: Patience,
    pub admin: Bearer,
    pub citizen: Bearer,
    phone: Phone,
    out: &'a mut (dyn Write + Send),
    steps: u32,
}

impl<'a> World<'a> {
    /// A fresh citizen, not logged in yet, and an administrator of the whole country.
    pub fn new(place: Place, patience: Patience, out: &'a mut (dyn Write + Send)) -> Result<Self, Failure> {
        let phone: Phone =
            format!("+9199{:08}", place.run % 100_000_000).parse().map_err(|error: BadPhone| refused(&error))?;
        let admin = place.signer.bearer(&Caller::Admin { region: Region::Country }, place.now, TOKEN_HOURS)?;
        let citizen = Bearer::new("citizen", String::new());
        Ok(Self { place, patience, admin, citizen, phone, out, steps: 0 })
    }

    /// The citizen's.
    #[must_use]
    pub fn phone(&self) -> &Phone {
        &self.phone
    }

    /// A token for the staff of one center.
    pub fn operator(&self, center: CenterId) -> Result<Bearer, KeyError> {
        self.place.signer.bearer(&Caller::Operator { centers: [center].into() }, self.place.now, TOKEN_HOURS)
    }

    #[must_use]
    pub fn tomorrow(&self) -> Date {
        self.place.today.saturating_add(1.day())
    }

    /// When the walk began.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.place.now
    }

    #[must_use]
    pub fn run(&self) -> u64 {
        self.place.run
    }

    pub fn step(&mut self, title: &str) -> Result<(), Failure> {
        self.steps += 1;
        Ok(writeln!(self.out, "\n{}. {title}", self.steps)?)
    }

    pub fn note(&mut self, text: &str) -> Result<(), Failure> {
        Ok(writeln!(self.out, "\n   {text}")?)
    }

    /// One request, shown; fails unless it is answered with `status`.
    pub async fn expect(&mut self, call: Call, status: u16, focus: &str) -> Result<Exchange, Failure> {
        let answer = self.place.api.call(&call).await?;
        let exchange = Exchange { call, answer, tries: 1 };
        self.show(&exchange, focus)?;
        exchange.check(status)?;
        Ok(exchange)
    }

    /// One request that is not part of the story; fails unless it succeeds.
    pub async fn look(&self, call: Call) -> Result<Exchange, Failure> {
        let answer = self.place.api.call(&call).await?;
        let exchange = Exchange { call, answer, tries: 1 };
        exchange.check(200)?;
        Ok(exchange)
    }

    /// Asks until the answer is as wanted, and shows that one. `what` says what is awaited.
    pub async fn poll(
        &mut self,
        call: Call,
        what: &str,
        focus: &str,
        wanted: impl Fn(&Exchange) -> bool,
    ) -> Result<Exchange, Failure> {
        for tries in 1..=self.patience.tries {
            let answer = self.place.api.call(&call).await?;
            let exchange = Exchange { call: call.clone(), answer, tries };
            if !exchange.answer.is_passing() {
                exchange.check(200)?;
            }
            if wanted(&exchange) {
                self.show(&exchange, focus)?;
                return Ok(exchange);
            }
            self.wait(tries, what).await;
        }
        Err(gave_up(what))
    }

    /// Waits until the citizen has got `count` messages, and returns the newest.
    pub async fn message(&mut self, count: usize, what: &str) -> Result<Message, Failure> {
        for tries in 1..=self.patience.tries {
            let mut messages = outbox::messages(&self.place.endpoint, Some(&self.phone)).await?;
            messages.retain(|message| !message.is_reminder());
            if messages.len() > count {
                return Err(Failure::Refused(format!("expected {count} messages, got {}", messages.len())));
            }
            if let Some(message) = messages.into_iter().nth(count - 1) {
                self.note(&format!("Message to {}: {}", message.masked_number(), message.text))?;
                return Ok(message);
            }
            self.wait(tries, what).await;
        }
        Err(gave_up(what))
    }

    async fn wait(&self, tries: u32, what: &str) {
        let pause = self.patience.pause;
        if tries.is_multiple_of(TOLD_EVERY) {
            eprintln!("   still waiting for {what} ({} s) ...", (pause * tries).as_secs());
        }
        tokio::time::sleep(pause).await;
    }

    fn show(&mut self, exchange: &Exchange, focus: &str) -> Result<(), Failure> {
        Ok(show::exchange(self.out, exchange, focus)?)
    }
}

fn gave_up(what: &str) -> Failure {
    Failure::Refused(format!("waited in vain for {what}"))
}

fn refused(error: &dyn std::error::Error) -> Failure {
    Failure::Refused(error.to_string())
}

/// A request and its answer.
#[derive(Debug, Clone)]
pub struct Exchange {
    pub call: Call,
    pub answer: Answer,
    /// How often it was asked.
    pub tries: u32,
}

impl Exchange {
    fn check(&self, status: u16) -> Result<(), Failure> {
        if self.answer.status.as_u16() == status {
            return Ok(());
        }
        Err(self.unexpected(&format!("expected {status}, got: {}", self.answer.refusal())))
    }

    /// The text at a JSON pointer.
    pub fn text(&self, pointer: &str) -> Result<&str, Failure> {
        self.at(pointer).as_str().ok_or_else(|| self.unexpected(&format!("no text at {pointer}")))
    }

    /// The whole number at a JSON pointer.
    pub fn number(&self, pointer: &str) -> Result<u64, Failure> {
        self.at(pointer).as_u64().ok_or_else(|| self.unexpected(&format!("no number at {pointer}")))
    }

    /// The list at a JSON pointer; empty if there is none.
    #[must_use]
    pub fn list(&self, pointer: &str) -> &[Value] {
        self.at(pointer).as_array().map(Vec::as_slice).unwrap_or_default()
    }

    /// Fails unless the text at a JSON pointer is `wanted`.
    pub fn expect_text(&self, pointer: &str, wanted: &str) -> Result<(), Failure> {
        let text = self.text(pointer)?;
        if text == wanted {
            Ok(())
        } else {
            Err(self.unexpected(&format!("expected {wanted} at {pointer}, got {text}")))
        }
    }

    /// A failure that names the request.
    #[must_use]
    pub fn unexpected(&self, what: &str) -> Failure {
        Failure::Refused(format!("{} {}: {what}", self.call.method.name(), self.call.path))
    }

    fn at(&self, pointer: &str) -> &Value {
        self.answer.body.pointer(pointer).unwrap_or(&Value::Null)
    }
}
