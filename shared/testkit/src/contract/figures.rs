use vaxslot_app::ports::{RollupWrite, Store};
use vaxslot_domain::{
    Date,
    rollup::{Figures, Level, Node, Row},
};

use super::support::{done, refused};
use crate::make::{center, center_id, district, pune, read, session_id};

fn day() -> Date {
    read("2026-11-22")
}

fn row(node: Node, booked: u64) -> Row {
    Row { node, name: "Pune — पुणे".to_owned(), figures: Figures { sessions: 3, capacity: 10_000_000_000, booked } }
}

fn write(under: Level, node: Node, booked: u64, version: u64) -> RollupWrite {
    RollupWrite { date: day(), under, row: row(node, booked), version }
}

pub async fn a_day_without_rows_is_empty(store: &dyn Store) {
    assert_eq!(store.rows(day(), Level::Country).await.unwrap(), []);
    assert_eq!(store.row_version(day(), Level::Country, Node::State(pune().state.id)).await.unwrap(), 0);
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
    for (under, low, high) in levels {
        assert_eq!(store.rows(day(), under).await.unwrap(), [row(low, 1), row(high, 2)], "{under:?}");
    }
    for under in [Level::State(district(1, 9).state.id), Level::District(district(36, 21).id), Level::Center(center_id(13_274))] {
        assert_eq!(store.rows(day(), under).await.unwrap(), [], "{under:?}");
    }
    assert_eq!(store.rows(read("2026-11-23"), Level::Country).await.unwrap(), []);
}

pub async fn a_row_is_replaced_at_its_version(store: &dyn Store) {
    let (under, node) = (Level::District(pune().id), Node::Center(center_id(9)));
    let mut version = 0;
    for booked in 1..=3 {
        done(store.write_row(&write(under, node, booked, version)).await);
        assert_eq!(store.rows(day(), under).await.unwrap(), [row(node, booked)]);
        let next = store.row_version(day(), under, node).await.unwrap();
        assert_ne!(next, version, "the change is counted");
        version = next;
    }
}

pub async fn a_row_at_a_stale_version_is_refused(store: &dyn Store) {
    let (under, node) = (Level::Country, Node::State(pune().state.id));
    refused(store.write_row(&write(under, node, 1, 5)).await);
    assert_eq!(store.rows(day(), under).await.unwrap(), []);
    done(store.write_row(&write(under, node, 1, 0)).await);
    let first = store.row_version(day(), under, node).await.unwrap();
    done(store.write_row(&write(under, node, 2, first)).await);
    for stale in [0, first, first + 100] {
        refused(store.write_row(&write(under, node, 3, stale)).await);
    }
    assert_eq!(store.rows(day(), under).await.unwrap(), [row(node, 2)]);
}
