//! Many bookings, and what follows from them: batches as the stream brings them, several at once, some more than once.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use aws_sdk_dynamodb::types::{PutRequest, WriteRequest};
use futures::{StreamExt, future::join, stream};
use vaxslot_app::{
    ports::{Bookings, Sessions, Tried},
    projection::{Projection, Touched},
};
use vaxslot_aws::rows::write_beneficiary;
use vaxslot_checker::sums;
use vaxslot_domain::{
    appointment::{Appointment, Status},
    booking::{Ending, Note, Release, Used},
    center::{Center, FeeType},
    id::SessionId,
    person::Beneficiary,
    rollup::{Day, Figures, Level},
    session::{AgeBand, ShardKey},
    tally::Standing,
    vaccine::Vaccine,
};
use vaxslot_testkit::{
    RecordedEvents,
    make::{Draft, Published, Wish, account, adult, center, center_id, district, read},
};

use crate::{booking::Drive, engine::Table, invariants};

const BOOKINGS: u128 = 10_000;
const SESSIONS: u128 = 40;
/// Of fifty units each.
const SHARDS: u8 = 5;
/// How many book in one transaction, and how often that fills a shard.
const TOGETHER: usize = 10;
const ROUNDS: u8 = 5;
/// As many as there are groups that book at once, and that follow.
const BOOKERS: usize = 8;
const FOLLOWERS: usize = 4;
/// The records of a batch.
const BATCH: usize = 100;

/// What the stream would tell: the rows that a write changed, and when.
enum Record {
    Shard(SessionId),
    Appointment(Box<Appointment>),
}

#[derive(Default)]
struct Stream {
    records: Mutex<VecDeque<(Record, Instant)>>,
    closed: Mutex<bool>,
}

impl Stream {
    fn tell(&self, records: Vec<Record>) {
        let at = Instant::now();
        self.records.lock().unwrap().extend(records.into_iter().map(|record| (record, at)));
    }

    /// The next batch, taken from both ends so that the order is not that of the writes. None when all is over.
    async fn next(&self, newest: bool) -> Option<Vec<(Record, Instant)>> {
        loop {
            let closed = *self.closed.lock().unwrap();
            {
                let mut records = self.records.lock().unwrap();
                let count = records.len().min(BATCH);
                if count > 0 {
                    let from = if newest { records.len() - count } else { 0 };
                    return Some(records.drain(from..from + count).collect());
                }
            }
            if closed {
                return None;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// Centers in three districts of two states, free and paid, on two days, for two vaccines and two age bands.
fn draft(number: u128) -> Draft {
    let small = u32::try_from(number).unwrap();
    let of = [district(363, 21), district(364, 21), district(141, 9)][small as usize % 3].clone();
    let fee_type = if small.is_multiple_of(4) { FeeType::Paid } else { FeeType::Free };
    let center = Center { id: center_id(1_000 + small % 12), district: of, fee_type, ..center(1) };
    Draft {
        center,
        date: read(if number.is_multiple_of(5) { "2026-11-23" } else { "2026-11-22" }),
        vaccine: if number.is_multiple_of(2) { Vaccine::Covishield } else { Vaccine::Covaxin },
        ages: AgeBand::new(18, number.is_multiple_of(7).then_some(44)).unwrap(),
        ..Draft::new(number, &[50; SHARDS as usize])
    }
}

async fn put(table: &Table, people: &[Beneficiary]) {
    let puts = people.chunks(25).map(|chunk| {
        let put =
            |person: &Beneficiary| PutRequest::builder().set_item(Some(write_beneficiary(person))).build().unwrap();
        let puts = chunk.iter().map(|person| WriteRequest::builder().put_request(put(person)).build()).collect();
        table.raw.batch_write_item().request_items(&table.name, puts).send()
    });
    let put: Vec<_> = stream::iter(puts).buffer_unordered(8).collect().await;
    assert!(put.iter().all(|put| put.as_ref().is_ok_and(|put| put.unprocessed_items().is_none_or(HashMap::is_empty))));
}

/// What becomes of an appointment once it is made: most stand; some end.
fn end_of(number: u128) -> Option<Status> {
    match number % 50 {
        0 => Some(Status::Completed),
        1 => Some(Status::NoShow),
        2 => Some(Status::Cancelled),
        _ => None,
    }
}

fn status(number: u128) -> Status {
    let until = read("2026-11-21T12:00:00Z");
    if number % 10 == 9 { Status::Held { until } } else { Status::Confirmed }
}

/// Ten people book from one shard; then some of them come, do not come, or cancel.
async fn book(drive: &Drive, stream: &Stream, published: &Published, shard: ShardKey, people: &[Beneficiary]) {
    let store = &drive.table.store;
    let wish = |person: &Beneficiary| {
        let number = person.id.uuid().as_u128();
        let now = read(if number.is_multiple_of(3) { "2026-11-20T18:29:59Z" } else { "2026-11-20T18:30:00Z" });
        let wish = Wish::new(&published.session, &[person]).from_shard(shard.number);
        Wish { now, status: status(number), ..wish }.reservation()
    };
    let reservations: Vec<_> = people.iter().map(wish).collect();
    assert_eq!(store.reserve_all(&reservations).await.unwrap(), Tried::Done(()));
    let made: Vec<Appointment> = reservations.into_iter().flat_map(|reservation| reservation.appointments).collect();
    let mut records = vec![Record::Shard(published.session.id)];
    records.extend(made.iter().cloned().map(Box::new).map(Record::Appointment));
    stream.tell(records);
    for was in made {
        let Some(status) = end_of(was.beneficiary.uuid().as_u128()) else { continue };
        let is = was.turned(status, read("2026-11-22T05:00:00Z"));
        let ending = Ending { was, is: is.clone(), note: Note::Withdrawn([].into()) };
        let mut records = vec![Record::Appointment(Box::new(is))];
        if status == Status::Cancelled {
            assert_eq!(store.release(&Release(vec![ending])).await.unwrap(), Tried::Done(()));
            records.push(Record::Shard(published.session.id));
        } else {
            assert_eq!(store.use_up(&Used { ending, given: None }).await.unwrap(), Tried::Done(()));
        }
        stream.tell(records);
    }
}

/// Follows the stream until it is over. Returns how late each batch's oldest record was.
async fn follow(drive: &Drive, stream: &Stream, number: usize) -> Vec<Duration> {
    let events = Arc::new(RecordedEvents::default());
    let projection = Projection::new(drive.table.store.clone(), events, drive.host.clone());
    let mut lags = Vec::new();
    while let Some(batch) = stream.next(number % 2 == 1).await {
        let mut touched = Touched::default();
        for (record, _) in &batch {
            match record {
                Record::Shard(id) => drop(touched.sessions.insert(*id)),
                Record::Appointment(appointment) => touched.stands(appointment),
            }
        }
        // One batch in eight comes again.
        for _ in 0..=usize::from(lags.len() % 8 == 7) {
            projection.recount(&touched).await.unwrap();
        }
        lags.extend(batch.iter().map(|(_, at)| at.elapsed()).max());
    }
    lags
}

#[tokio::test(flavor = "multi_thread")]
async fn after_ten_thousand_bookings_every_sum_is_exact_once_the_stream_is_drained() {
    let drive = Drive::new().await;
    let mut sessions = Vec::new();
    for number in 0..SESSIONS {
        sessions.push(drive.publish(draft(number + 1)).await);
    }
    let people: Vec<Beneficiary> =
        (1..=BOOKINGS).map(|number| adult(number, &account(&format!("account-{number}")))).collect();
    put(&drive.table, &people).await;
    let stream = Stream::default();
    let begun = Instant::now();
    // A few sessions at a time, as in a rush.
    let shards = sessions.iter().flat_map(|one| (0..ROUNDS * SHARDS).map(move |turn| (one, one.shard(turn % SHARDS))));
    let work = people.chunks(TOGETHER).zip(shards);
    let booking = async {
        let bookings = work.map(|(people, (published, shard))| book(&drive, &stream, published, shard, people));
        stream::iter(bookings).buffer_unordered(BOOKERS).collect::<Vec<()>>().await;
        *stream.closed.lock().unwrap() = true;
        Instant::now()
    };
    let following = futures::future::join_all((0..FOLLOWERS).map(|number| follow(&drive, &stream, number)));
    let (last, lags) = join(booking, following).await;
    let drained = last.elapsed();
    let mut lags: Vec<Duration> = lags.into_iter().flatten().collect();
    lags.sort();
    println!(
        "{BOOKINGS} bookings in {:.1} s, {} batches; the oldest record of a batch waited {:.0} ms at the median and {:.0} ms at \
         most; drained {:.0} ms after the last booking",
        (last - begun).as_secs_f64(),
        lags.len(),
        lags[lags.len() / 2].as_secs_f64() * 1_000.0,
        lags[lags.len() - 1].as_secs_f64() * 1_000.0,
        drained.as_secs_f64() * 1_000.0,
    );
    // By code that shares nothing with the domain, from the raw rows.
    let broken: Vec<String> =
        sums::check(&invariants::read(&drive.table).await).iter().map(ToString::to_string).collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    totals(&drive, &sessions).await;
}

/// The whole, as it was booked.
async fn totals(drive: &Drive, sessions: &[Published]) {
    let expected = Standing::ALL.map(|standing| {
        let stands = |number: &u128| {
            let made = if let Status::Held { .. } = status(*number) { Standing::Held } else { Standing::Confirmed };
            standing
                == match end_of(*number) {
                    Some(Status::Completed) => Standing::Completed,
                    Some(Status::NoShow) => Standing::NoShow,
                    Some(_) => Standing::Cancelled,
                    None => made,
                }
        };
        u64::try_from((1..=BOOKINGS).filter(stands).count()).unwrap()
    });
    for days in [
        ["2026-11-22", "2026-11-23"].map(read).map(Day::of_appointments),
        ["2026-11-20", "2026-11-21"].map(read).map(Day::of_bookings),
    ] {
        let mut sum = Figures::default();
        for day in days {
            let rows = vaxslot_app::ports::DayFigures::rows(&*drive.table.store, day, Level::Top).await.unwrap();
            sum = [&sum, &rows[0].figures].into_iter().sum();
        }
        assert_eq!(sum.total().standings.counts(), expected, "{days:?}");
    }
    let mut free = 0;
    for session in sessions {
        free += drive.table.store.session(session.session.id).await.unwrap().unwrap().free(None);
    }
    assert_eq!(u64::from(free), expected[4], "what was cancelled is free again");
}
