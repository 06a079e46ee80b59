use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use vaxslot_app::{
    booker::Delivery,
    ports::{Host, Queue, StoreError},
};
use vaxslot_domain::{SignedDuration, Timestamp, ticket::Queued};

/// For how long the same ticket sent again is no other message.
const DEDUPLICATED: SignedDuration = SignedDuration::from_mins(5);

/// A first-in-first-out queue in memory with a queue for dead letters behind it, as `template.yaml` has them: messages of a
/// group are handed out in order, and none of a group while one of it is out; what was handed out and not deleted comes
/// again after a while, and becomes a dead letter when it has come too often.
pub struct MemoryQueue {
    host: Arc<dyn Host>,
    visibility: SignedDuration,
    most_receives: u32,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    messages: Vec<Message>,
    sent: Vec<(String, Timestamp)>,
    dead: Vec<Delivery>,
    count: u32,
}

struct Message {
    delivery: Delivery,
    hidden_until: Timestamp,
}

impl MemoryQueue {
    #[must_use]
    pub fn new(host: Arc<dyn Host>) -> Self {
        Self { host, visibility: SignedDuration::from_secs(60), most_receives: 5, state: Mutex::default() }
    }

    /// Hands out up to `most` messages, which then are hidden for a minute.
    pub fn receive(&self, most: usize) -> Vec<Delivery> {
        self.receive_of(most, |_| true)
    }

    /// As [`MemoryQueue::receive`], of some groups alone: which comes first of several groups is nobody's promise.
    pub fn receive_of(&self, most: usize, of: impl Fn(&str) -> bool) -> Vec<Delivery> {
        let now = self.host.now();
        let mut state = self.state();
        state.bury(now, self.most_receives);
        let out = |message: &Message| message.hidden_until > now;
        let mut locked: Vec<String> = state
            .messages
            .iter()
            .filter(|message| out(message))
            .map(|message| message.delivery.group.clone())
            .collect();
        locked.dedup();
        let hidden_until = now.saturating_add(self.visibility).unwrap_or(Timestamp::MAX);
        let free = state.messages.iter_mut().filter(|message| {
            let group = &message.delivery.group;
            !locked.contains(group) && of(group)
        });
        let handed = free.take(most).map(|message| {
            message.delivery.received += 1;
            message.hidden_until = hidden_until;
            message.delivery.clone()
        });
        handed.collect()
    }

    /// Deletes messages that were handed out.
    pub fn delete(&self, ids: &[String]) {
        self.state().messages.retain(|message| !ids.contains(&message.delivery.id));
    }

    /// Shows messages again at once that were handed out.
    pub fn show_again(&self, ids: &[String]) {
        for message in &mut self.state().messages {
            if ids.contains(&message.delivery.id) {
                message.hidden_until = Timestamp::MIN;
            }
        }
    }

    /// What to delete of a batch of which these are to come again.
    pub fn settle(&self, batch: &[Delivery], again: &[String]) {
        let done: Vec<String> =
            batch.iter().map(|delivery| delivery.id.clone()).filter(|id| !again.contains(id)).collect();
        self.delete(&done);
    }

    /// Puts a message into a group that cannot be read.
    pub fn send_nonsense(&self, group: &str) {
        self.state().put(group.to_owned(), None);
    }

    /// Takes the dead letters.
    pub fn take_dead(&self) -> Vec<Delivery> {
        let now = self.host.now();
        let mut state = self.state();
        state.bury(now, self.most_receives);
        std::mem::take(&mut state.dead)
    }

    /// Sends dead letters back to where they came from.
    pub fn redrive(&self, dead: Vec<Delivery>) {
        let mut state = self.state();
        for delivery in dead {
            state.put(delivery.group, delivery.queued);
        }
    }

    /// How many messages there are, those that were handed out included.
    pub fn len(&self) -> usize {
        self.state().messages.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn put(&mut self, group: String, queued: Option<Queued>) {
        self.count += 1;
        let delivery = Delivery { id: format!("message-{}", self.count), group, received: 0, queued };
        self.messages.push(Message { delivery, hidden_until: Timestamp::MIN });
    }

    fn bury(&mut self, now: Timestamp, most_receives: u32) {
        let worn = |message: &mut Message| message.hidden_until <= now && message.delivery.received >= most_receives;
        let buried = self.messages.extract_if(.., worn).map(|message| message.delivery);
        self.dead.extend(buried);
    }
}

#[async_trait]
impl Queue for MemoryQueue {
    async fn send(&self, queued: &Queued) -> Result<(), StoreError> {
        let now = self.host.now();
        let mut state = self.state();
        state.sent.retain(|(_, sent_at)| now.duration_since(*sent_at) < DEDUPLICATED);
        let ticket = queued.ticket.to_string();
        if !state.sent.iter().any(|(sent, _)| *sent == ticket) {
            state.sent.push((ticket, now));
            state.put(queued.shard.to_string(), Some(queued.clone()));
        }
        Ok(())
    }

    async fn waiting(&self) -> Result<u32, StoreError> {
        Ok(u32::try_from(self.len()).unwrap_or(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;
    use vaxslot_domain::{booking::Finality, ticket::TicketId};

    use super::*;
    use crate::{
        TestHost,
        make::{Draft, account, adult, order, read},
    };

    fn queue() -> (Arc<TestHost>, MemoryQueue) {
        let host = Arc::new(TestHost::at(read("2026-11-21T10:00:00Z")));
        (host.clone(), MemoryQueue::new(host))
    }

    fn queued(number: u128, shard: u8) -> Queued {
        let published = Draft::new(1, &[1, 1, 1]).made();
        let person = adult(number, &account("a"));
        Queued {
            ticket: TicketId { request: Uuid::from_u128(number), mark: 0 },
            others: None,
            order: order(&person.account, &published.session, &[&person]),
            finality: Finality::Book,
            accepted_at: read("2026-11-21T10:00:00Z"),
            shard: published.shard(shard),
        }
    }

    fn numbers(batch: &[Delivery]) -> Vec<u128> {
        let number = |delivery: &Delivery| delivery.queued.as_ref().map_or(0, |queued| queued.ticket.request.as_u128());
        batch.iter().map(number).collect()
    }

    #[tokio::test]
    async fn a_group_is_handed_out_in_order_and_to_one_at_a_time() {
        let (host, queue) = queue();
        for (number, shard) in [(1, 0), (2, 0), (3, 1), (4, 0), (5, 1)] {
            queue.send(&queued(number, shard)).await.unwrap();
        }
        let first = queue.receive(2);
        assert_eq!(numbers(&first), [1, 2]);
        assert_eq!(numbers(&queue.receive(10)), [3, 5], "group 0 is out");
        assert!(queue.receive(10).is_empty());
        queue.settle(&first, &[first[1].id.clone()]);
        assert!(queue.receive(10).is_empty(), "one of group 0 still is");
        host.advance(SignedDuration::from_secs(60));
        let again = queue.receive(10);
        assert_eq!(numbers(&again), [2, 3, 4, 5]);
        assert_eq!(again.iter().map(|delivery| delivery.received).collect::<Vec<_>>(), [2, 2, 1, 2]);
    }

    #[tokio::test]
    async fn a_ticket_sent_again_is_one_message_for_five_minutes() {
        let (host, queue) = queue();
        for minutes in [0, 4, 1] {
            host.advance(SignedDuration::from_mins(minutes));
            queue.send(&queued(1, 0)).await.unwrap();
        }
        assert_eq!(queue.waiting().await.unwrap(), 2);
    }

    #[tokio::test]
    async fn what_came_too_often_is_a_dead_letter_and_lets_the_others_pass() {
        let (host, queue) = queue();
        queue.send_nonsense("1#0");
        queue.send(&queued(1, 0)).await.unwrap();
        for round in 1..=5 {
            let batch = queue.receive(1);
            assert_eq!((numbers(&batch), batch[0].received), (vec![0], round));
            host.advance(SignedDuration::from_secs(60));
            queue.delete(&[]);
        }
        assert_eq!(numbers(&queue.receive(10)), [1]);
        let dead = queue.take_dead();
        assert_eq!((dead.len(), queue.take_dead().len()), (1, 0));
        queue.redrive(dead);
        assert_eq!(queue.receive(10)[0].received, 1);
    }
}
