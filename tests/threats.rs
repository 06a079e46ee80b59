//! What `docs/THREATS.md` names is there: every test that it says shows something, every place that it says holds a control.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The words between backticks.
fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

/// The rows about a threat: its controls' places, and the tests.
fn rows() -> Vec<[Vec<String>; 2]> {
    let text = fs::read_to_string(root().join("docs/THREATS.md")).expect("the threats");
    let lines = text.lines().filter(|line| line.starts_with("| "));
    let mut rows = Vec::new();
    for line in lines.skip(2) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [threat, control, place, tests] = cells.as_slice() else { panic!("a row has four cells: {line}") };
        if threat.starts_with("**") {
            continue;
        }
        assert!(!control.is_empty(), "{threat}");
        rows.push([place, tests].map(|cell| quoted(cell).map(str::to_owned).collect()));
    }
    rows
}

/// The names of all tests: functions after an attribute that says so, and methods that Python's runner finds.
fn tests() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for folder in ["shared", "functions", "tests", "tools", "infra/local"] {
        collect(&root().join(folder), &mut names);
    }
    names
}

fn collect(folder: &Path, names: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let is = |ending: &str| path.extension().is_some_and(|found| found == ending);
        if path.is_dir() {
            collect(&path, names);
        } else if is("rs") {
            let text = fs::read_to_string(&path).expect("a source");
            let mut marked = false;
            for line in text.lines().map(str::trim_start) {
                if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
                    marked = true;
                } else if marked && let Some((before, rest)) = line.split_once("fn ") {
                    marked = !["", "async "].contains(&before);
                    names.extend(rest.split_once('(').map(|(name, _)| name.to_owned()));
                }
            }
        } else if is("py") {
            let text = fs::read_to_string(&path).expect("a source");
            let methods = text.lines().filter_map(|line| line.trim_start().strip_prefix("def "));
            names.extend(methods.filter_map(|rest| rest.split_once('(')).map(|(name, _)| name.to_owned()));
        }
    }
}

#[test]
fn every_test_that_is_named_exists() {
    let tests = tests();
    for [_, shown] in rows() {
        assert!(!shown.is_empty(), "a row names no test");
        for name in shown {
            assert!(tests.contains(&name), "there is no test {name}");
        }
    }
}

#[test]
fn every_place_that_is_named_exists() {
    for [places, _] in rows() {
        assert!(!places.is_empty(), "a row names no place");
        for place in places {
            assert!(root().join(&place).exists(), "there is no {place}");
        }
    }
}
