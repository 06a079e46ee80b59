//! Every call of every use case that writes, with every fault that can meet it, one at a time. The calls are those that the use
//! case was seen to make when nothing failed.

mod rows;
mod scene;

use std::{collections::BTreeSet, fs, path::Path};

use futures::{
    StreamExt,
    future::{BoxFuture, join_all},
    stream,
};
use vaxslot_testkit::wire::Fault;

use self::{
    rows::{CITIZENS, OTHERS, READS, Row},
    scene::Scene,
};
use crate::{booking::Drive, invariants};

/// What somebody was told, or that they were told nothing certain.
pub type Told = Result<String, String>;
pub type Act = for<'a> fn(&'a Scene<'a>) -> BoxFuture<'a, Told>;

/// The faults that can meet a call: before it is carried out, after it, or while its answer is on the way.
fn faults(operation: &str) -> Vec<Fault> {
    let any = [Fault::Throttled, Fault::NotSent, Fault::ServerError, Fault::AnswerLost];
    let write = [Fault::Conflict, Fault::ServerErrorAfterwards, Fault::Overtaken, Fault::Late];
    let more: &[Fault] = match operation {
        "TransactWriteItems" => &[Fault::ThrottledInside, Fault::InProgress],
        "BatchGetItem" | "BatchWriteItem" => &[Fault::Unprocessed],
        _ => &[],
    };
    let writes = !matches!(operation, "GetItem" | "BatchGetItem" | "Query");
    any.into_iter().chain(write.into_iter().filter(|_| writes)).chain(more.iter().copied()).collect()
}

/// Does a deed in a scene of its own with one fault or none, and then again. Returns the calls of the first time.
async fn play(row: &Row, drive: &Drive, number: u32, fault: Option<(u32, Fault)>) -> Vec<String> {
    let what = format!("{} with {fault:?}", row.name);
    let scene = Scene::set(drive, number, row.before).await;
    let before = invariants::hold(&drive.table).await;
    drive.table.wire.reset();
    if let Some((call, fault)) = fault {
        drive.table.wire.fail_call(call, fault);
    }
    let told = (row.act)(&scene).await;
    let calls = drive.table.wire.sequence();
    drive.table.wire.settle().await;
    drive.table.wire.reset();
    let told = told.unwrap_or_else(|error| panic!("{what}: {error}, though a second try was free"));
    let changed = |rows: &invariants::Rows| (delta(before.active(), rows.active()), rows.free() - before.free());
    let after = invariants::hold(&drive.table).await;
    assert_eq!(changed(&after), row.changes, "{what}: active appointments and free units, more than before");
    scene.tick();
    let again = (row.act)(&scene).await;
    assert_eq!(again.as_deref(), Ok(told.as_str()), "{what}: asked again");
    assert_eq!(changed(&invariants::hold(&drive.table).await), row.changes, "{what}: asked again");
    calls
}

fn delta(before: usize, after: usize) -> i64 {
    i64::try_from(after).unwrap() - i64::try_from(before).unwrap()
}

async fn play_all(row: &Row) {
    let calls = play(row, &Drive::new().await, 0, None).await;
    let work = (1..).zip(&calls).map(|(call, operation)| async move {
        // Each call has a table of its own, and each fault people and sessions of their own.
        let drive = Drive::new().await;
        for (number, fault) in (0..).zip(faults(operation)) {
            play(row, &drive, number, Some((call, fault))).await;
        }
    });
    join_all(work).await;
}

/// Not all at once: a connection that waits its turn for too long is closed by the engine.
async fn play_rows(rows: &[Row]) {
    stream::iter(rows).map(play_all).buffer_unordered(AT_ONCE).collect::<Vec<()>>().await;
}

const AT_ONCE: usize = 5;

#[tokio::test]
async fn one_fault_at_any_call_of_a_citizens_use_case_changes_neither_the_answer_nor_the_table() {
    play_rows(&CITIZENS).await;
}

#[tokio::test]
async fn one_fault_at_any_call_of_the_others_changes_neither_the_answer_nor_the_table() {
    play_rows(&OTHERS).await;
}

/// The methods of the ports to the table, by their source.
fn methods() -> BTreeSet<String> {
    let ports = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/app/src/ports");
    let files = fs::read_dir(ports).unwrap().map(|file| file.unwrap().path());
    let table = files.filter(|file| !file.ends_with("host.rs"));
    let sources: Vec<String> = table.map(|file| fs::read_to_string(file).unwrap()).collect();
    let lines = sources.iter().flat_map(|source| source.lines());
    let names = lines.filter_map(|line| line.trim().strip_prefix("async fn ")?.split(['(', '<']).next());
    names.map(str::to_owned).collect()
}

#[test]
fn every_method_that_writes_stands_in_a_row() {
    let rows =
        CITIZENS.iter().chain(&OTHERS).flat_map(|row| row.writes).chain(READS).map(|method| (*method).to_owned());
    assert_eq!(rows.collect::<BTreeSet<_>>(), methods());
}
