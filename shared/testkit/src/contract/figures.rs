use vaxslot_app::ports::{RollupWrite, Store};
use vaxslot_domain::{
    rollup::{Counts, Day, Figures, Level, Node, Row, Spot},
    tally::Standings,
};

use super::support::{done, refused};
use crate::make::{center, center_id, district, pune, read, session_id};

fn day() -> Day {
    Day::of_appointments(read("2026-11-22"))
}

fn row(node: Node, free: u64) -> Row {
    let standings = Standings::new([1, 2, 3, 4, 5, 6, 7]);
    let counts = Counts { capacity: 10_000_000_000, free, standings };
    let cells = ["COVISHIELD/18-44/Free/1", "SPUTNIK V/45+/Paid/3"].map(|cell| (read(cell), counts));
    Row { node, name: "Pune — पुणे".to_owned(), figures: Figures { sessions: 3, cells: cells.into() } }
}

fn write(under: Level, node: Node, free: u64, version: u64) -> RollupWrite {
    RollupWrite { day: day(), under, row: row(node, free), version }
}

async fn at(store: &dyn Store, under: Level, node: Node) -> Option<(Row, u64)> {
    let found = store.rows_at(&[Spot { day: day(), under, node }]).await.unwrap();
    assert_eq!(found.len(), 1);
    found.into_iter().next().flatten().map(|found| (found.row, found.version))
}

pub async fn a_day_without_rows_is_empty(store: &dyn Store) {
    assert_eq!(store.rows(day(), Level::Country).await.unwrap(), []);
    assert_eq!(at(store, Level::Country, Node::State(pune().state.id)).await, None);
    assert_eq!(store.rows_at(&[]).await.unwrap(), []);
}

pub async fn rows_stand_under_their_level_by_id(store: &dyn Store) {
    let center_node = |id| Node::Center(center_id(id));
    let levels = [
        (Level::Country, Node::State(district(1, 9).state.id), Node::State(district(1, 21).state.id)),
        (Level::State(pune().state.id), Node::District(district(9, 21).id), Node::District(pune().id)),
        (Level::District(pune().id), center_node(9), center_node(13_274)),
        (Level::Center(center(9).id), Node::Session(session_id(2)), Node::Session(session_id(u128::MAX / 2))),
    ];
    for (under, low, high) in levels {
        done(store.write_row(&write(under, high, 2, 0)).await);
        done(store.write_row(&write(under, low, 1, 0)).await);
    }
    done(store.write_row(&write(Level::Top, Node::Country, 3, 0)).await);
    for (under, low, high) in levels {
        assert_eq!(store.rows(day(), under).await.unwrap(), [row(low, 1), row(high, 2)], "{under:?}");
    }
    assert_eq!(store.rows(day(), Level::Top).await.unwrap(), [row(Node::Country, 3)]);
    for under in [Level::State(district(1, 9).state.id), Level::District(district(36, 21).id), Level::Center(center_id(13_274))] {
        assert_eq!(store.rows(day(), under).await.unwrap(), [], "{under:?}");
    }
    let date = day().date;
    for other in [Day::of_appointments(read("2026-11-23")), Day::of_bookings(date)] {
        assert_eq!(store.rows(other, Level::Country).await.unwrap(), []);
    }
}

pub async fn single_rows_come_in_the_order_asked_for(store: &dyn Store) {
    let spots: Vec<Spot> = (0..120)
        .map(|number: u32| Spot {
            day: if number.is_multiple_of(2) { day() } else { Day::of_bookings(day().date) },
            under: Level::District(pune().id),
            node: Node::Center(center_id(1_000 - number)),
        })
        .collect();
    for (free, spot) in (0..).zip(&spots).step_by(3) {
        done(store.write_row(&RollupWrite { day: spot.day, under: spot.under, row: row(spot.node, free), version: 0 }).await);
    }
    let found = store.rows_at(&spots).await.unwrap();
    let found: Vec<_> = found.into_iter().map(|found| found.map(|found| (found.row, found.version > 0))).collect();
    let written = |(free, spot): (u64, &Spot)| free.is_multiple_of(3).then(|| (row(spot.node, free), true));
    assert_eq!(found, (0..).zip(&spots).map(written).collect::<Vec<_>>());
}

pub async fn a_row_is_replaced_at_its_version(store: &dyn Store) {
    let (under, node) = (Level::District(pune().id), Node::Center(center_id(9)));
    let mut version = 0;
    for free in 1..=3 {
        done(store.write_row(&write(under, node, free, version)).await);
        assert_eq!(store.rows(day(), under).await.unwrap(), [row(node, free)]);
        let (found, next) = at(store, under, node).await.unwrap();
        assert_eq!(found, row(node, free));
        assert_ne!(next, version, "the change is counted");
        version = next;
    }
}

pub async fn a_row_at_a_stale_version_is_refused(store: &dyn Store) {
    let (under, node) = (Level::Country, Node::State(pune().state.id));
    refused(store.write_row(&write(under, node, 1, 5)).await);
    assert_eq!(store.rows(day(), under).await.unwrap(), []);
    done(store.write_row(&write(under, node, 1, 0)).await);
    let (_, first) = at(store, under, node).await.unwrap();
    done(store.write_row(&write(under, node, 2, first)).await);
    for stale in [0, first, first + 100] {
        refused(store.write_row(&write(under, node, 3, stale)).await);
    }
    assert_eq!(store.rows(day(), under).await.unwrap(), [row(node, 2)]);
}
