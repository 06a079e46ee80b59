//! What the booker could not carry out: its ticket ends all the same.

use aws_sdk_sqs::Client;
use uuid::Uuid;
use vaxslot::clock;
use vaxslot_app::tickets::Ticket;
use vaxslot_aws::QueuedMessage;
use vaxslot_domain::{
    access::Caller,
    booking::{Finality, Order, Party},
    id::AccountId,
    session::{PoolKey, SlotNumber},
    ticket::{Queued, TicketId},
};

use crate::{
    opening::{end_of, queueing_session},
    request::get,
    rows,
    stage::{Stage, now, sign},
};

/// A ticket whose reservation never reached the booker, and the reservation.
fn reservation(session: &str, account: &AccountId, person: &str) -> (Ticket, Queued) {
    let id = TicketId { request: Uuid::from_u128(clock::random().into()), mark: clock::random() };
    let party = Party::new(vec![person.parse().expect("a person")]).expect("a party");
    let dose = 1.try_into().expect("a dose");
    let pool = PoolKey { session: session.parse().expect("a session"), slot: SlotNumber(0), dose };
    let queued = Queued {
        ticket: id,
        others: None,
        order: Order {
            account: account.clone(),
            party: party.clone(),
            slot: "09:00-11:00".parse().expect("a slot"),
            dose,
        },
        finality: Finality::Book,
        accepted_at: now(),
        shard: pool.shard(0),
    };
    (Ticket { id, accepted_at: queued.accepted_at, ahead: None, party }, queued)
}

/// Sends a reservation to the queue of dead letters.
async fn bury(stage: &Stage, queued: &Queued) {
    let client = Client::new(&rows::config(&stage.stack).await);
    let found = client.list_queues().queue_name_prefix("vaxslot-ReservationsDead").send().await.expect("queues");
    let letter = serde_json::to_string(&QueuedMessage::from(queued)).expect("a message");
    let send = client
        .send_message()
        .queue_url(found.queue_urls().first().expect("the queue of dead letters"))
        .message_group_id(queued.shard.to_string())
        .message_deduplication_id(queued.ticket.to_string())
        .message_body(letter);
    send.send().await.expect("sent");
}

#[tokio::test]
async fn a_dead_letter_ends_its_ticket_as_failed() {
    let stage = Stage::set().await;
    let session = queueing_session(&stage, 5).await;
    let account: AccountId = format!("dead-letters-{}", clock::random()).parse().expect("an account");
    let phone = format!("+91{:010}", 6_000_000_000 + clock::random() % 1_000_000_000).parse().expect("a phone");
    let citizen = sign(&stage.signer, &Caller::Citizen { account: account.clone(), phone: Some(phone) }, "citizen");
    let person = stage.register(&citizen, "1990").await;
    let (ticket, queued) = reservation(&session, &account, &person);
    let word = ticket.encode(&account);
    let pending = stage.send(&get(format!("/v1/tickets/{word}")).by(&citizen)).await.expect(200);
    assert_eq!(pending.json["status"], "PENDING");
    bury(&stage, &queued).await;
    let ended = end_of(&stage, &word, &citizen).await;
    assert_eq!((&ended["status"], &ended["appointments"]), (&"FAILED".into(), &serde_json::json!([])));
}
