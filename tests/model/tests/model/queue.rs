//! The FIFO queue: a group for each shard, one holder of a group at a time, redelivery, and dead letters.

use crate::{set::Set, world::World};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Holder {
    Nobody,
    Booker(u8),
    /// Whoever held it is gone; it comes back when its visibility timeout is over.
    Gone,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Message {
    pub ticket: u8,
    pub shard: u8,
    pub deliveries: u8,
    pub redriven: bool,
    pub holder: Holder,
}

/// What a booker is handed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    pub shard: u8,
    pub tickets: Vec<u8>,
    pub delivered_before: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Queue {
    pub messages: Vec<Message>,
    /// What was sent within the deduplication window.
    pub sent: Set,
    pub dead: Vec<u8>,
}

/// How many messages are handed out together.
const MOST: usize = 2;

impl Queue {
    pub fn send(&mut self, ticket: u8, shard: u8) {
        if !self.sent.contains(ticket) {
            self.sent.insert(ticket);
            self.messages.push(Message { ticket, shard, deliveries: 0, redriven: false, holder: Holder::Nobody });
        }
    }

    /// The groups that have something to hand out.
    pub fn ready(&self, world: &World) -> Vec<u8> {
        let of = |shard| self.messages.iter().filter(move |message| message.shard == shard);
        let ready = |shard: &u8| of(*shard).count() > 0 && of(*shard).all(|message| message.holder == Holder::Nobody);
        world.shards().filter(ready).collect()
    }

    pub fn hand_out(&mut self, shard: u8, booker: u8) -> Batch {
        let mut batch = Batch { shard, tickets: Vec::new(), delivered_before: false };
        for message in self.messages.iter_mut().filter(|message| message.shard == shard).take(MOST) {
            batch.delivered_before |= message.deliveries > 0 || message.redriven;
            message.deliveries += 1;
            message.holder = Holder::Booker(booker);
            batch.tickets.push(message.ticket);
        }
        batch
    }

    /// Deletes the messages of a booker up to the first that is undecided. That one and all behind it come back later.
    pub fn acknowledge(&mut self, booker: u8, undecided: Set) {
        let mine = |message: &Message| message.holder == Holder::Booker(booker);
        let first = self.messages.iter().position(|message| mine(message) && undecided.contains(message.ticket));
        let mut place = 0;
        self.messages.retain(|message| {
            let keep = !mine(message) || first.is_some_and(|first| place >= first);
            place += 1;
            keep
        });
        self.abandon(booker);
    }

    pub fn abandon(&mut self, booker: u8) {
        for message in self.messages.iter_mut().filter(|message| message.holder == Holder::Booker(booker)) {
            message.holder = Holder::Gone;
        }
    }

    /// The groups whose messages' visibility timeouts can be over: also while something of their holder's is on its way.
    pub fn returnable(&self, world: &World) -> Vec<u8> {
        let gone =
            |shard: &u8| self.messages.iter().any(|message| message.shard == *shard && message.holder == Holder::Gone);
        world.shards().filter(gone).collect()
    }

    /// Hands messages back, or to the dead letters if they came too often.
    pub fn give_back(&mut self, world: &World, shard: u8) {
        for message in self.messages.iter_mut().filter(|message| message.shard == shard) {
            message.holder = Holder::Nobody;
        }
        let is_dead = |message: &Message| message.shard == shard && message.deliveries >= world.deliveries;
        let dead = self.messages.extract_if(.., |message| is_dead(message));
        self.dead.extend(dead.map(|message| message.ticket));
    }

    /// Sends the first dead letter round again.
    pub fn redrive(&mut self, shard: u8) {
        let ticket = self.dead.remove(0);
        self.messages.push(Message { ticket, shard, deliveries: 0, redriven: true, holder: Holder::Nobody });
    }
}
