//! The samples the fuzzer starts from, and those that have once found something, hold what their target says.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;
use vaxslot_fuzz::{addresses, bodies, cursors, imports, records, tokens};

type Target = fn(&[u8]);

/// The targets by the names of their folders.
const TARGETS: [(&str, Target); 6] = [
    ("addresses", addresses::run),
    ("bodies", bodies::run),
    ("cursors", cursors::run),
    ("imports", imports::run),
    ("records", records::run),
    ("tokens", tokens::run),
];

#[test]
fn every_sample_holds_what_its_target_says() {
    for (target, run) in TARGETS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
        let mut count = 0;
        for file in fs::read_dir(folder).expect("a folder of samples") {
            let path = file.expect("a sample").path();
            eprintln!("{}", path.display());
            run(&fs::read(path).expect("a sample"));
            count += 1;
        }
        assert!(count >= 3, "{target} has {count} samples");
    }
}

#[test]
fn every_body_of_the_description_is_fed() {
    let document: Value = serde_json::from_str(include_str!("../../../openapi.json")).expect("the description");
    let mut described = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            if operation["requestBody"]["content"]["application/json"].is_object() {
                let path = path
                    .replace("{center_id}", "13274")
                    .replace("{beneficiary_id}", "00000000-0000-0000-0000-00000000000a")
                    .replace("{subscription_id}", "00000000-0000-0000-0000-000000000001")
                    .replace("{session_id}", "00000000-0000-0000-0000-000000000001");
                described.insert(format!("{} {path}", method.to_uppercase()));
            }
        }
    }
    let fed: BTreeSet<String> = bodies::ROUTES.iter().map(|(_, method, path)| format!("{method} {path}")).collect();
    assert_eq!(fed, described);
}
