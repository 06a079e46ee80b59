//! The direction of dependencies: domain <- app <- aws and api <- functions.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package, PackageId};

const FUNCTIONS: [&str; 11] = [
    "vaxslot-search",
    "vaxslot-reserve",
    "vaxslot-admin",
    "vaxslot-reports",
    "vaxslot-identity",
    "vaxslot-booker",
    "vaxslot-projector",
    "vaxslot-notifier",
    "vaxslot-receipts",
    "vaxslot-sweeper",
    "vaxslot-subscriptions",
];

/// What a crate of ours may depend on among the others of ours.
fn allowed(name: &str) -> Vec<&'static str> {
    const SHARED: [&str; 4] = ["vaxslot-domain", "vaxslot-app", "vaxslot-aws", "vaxslot-api"];
    match name {
        // The model knows the protocol, not the code.
        "vaxslot-domain" | "vaxslot-model" => vec![],
        "vaxslot-app" => vec!["vaxslot-domain"],
        "vaxslot-aws" | "vaxslot-api" => vec!["vaxslot-domain", "vaxslot-app"],
        "vaxslot-testkit" => vec!["vaxslot-domain", "vaxslot-app", "vaxslot-api"],
        function if FUNCTIONS.contains(&function) => SHARED.to_vec(),
        // The command line seeds a stack, and puts the functions' parts of the interface's description together.
        "vaxslot" => SHARED.into_iter().chain(FUNCTIONS).collect(),
        // A judge is no kin of the judged.
        "vaxslot-checker" => vec![],
        // Whatever is there to be tested and measured.
        "vaxslot-tests" | "vaxslot-e2e" | "vaxslot-fuzz" | "vaxslot-load" | "vaxslot-simulation" => {
            let rest = ["vaxslot", "vaxslot-testkit", "vaxslot-checker", "vaxslot-simulation"];
            SHARED.into_iter().chain(FUNCTIONS).chain(rest).collect()
        }
        other => panic!("{other} is new: say here what it may depend on"),
    }
}

fn metadata() -> Metadata {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
    // What is for other platforms need not be there.
    let here = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let options = ["--locked", "--offline", "--filter-platform", &here].map(str::to_owned);
    MetadataCommand::new().manifest_path(manifest).other_options(options).exec().expect("cargo metadata")
}

fn ours(package: &Package, kinds: &[DependencyKind]) -> BTreeSet<String> {
    let mine =
        package.dependencies.iter().filter(|dependency| dependency.path.is_some() && kinds.contains(&dependency.kind));
    mine.map(|dependency| dependency.name.clone()).collect()
}

#[test]
fn dependencies_point_inwards() {
    let mut found = Vec::new();
    for package in metadata().workspace_packages() {
        let allowed = allowed(&package.name);
        for dependency in ours(package, &[DependencyKind::Normal, DependencyKind::Build]) {
            if !allowed.contains(&dependency.as_str()) {
                found.push(format!("{} depends on {dependency}", package.name));
            }
        }
        for dependency in ours(package, &[DependencyKind::Development]) {
            if dependency != "vaxslot-testkit" && !allowed.contains(&dependency.as_str()) {
                found.push(format!("the tests of {} depend on {dependency}", package.name));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_function_is_known_here() {
    let metadata = metadata();
    let packages = metadata.workspace_packages();
    let of_folder = packages.iter().filter(|package| package.manifest_path.as_str().contains("/functions/"));
    let of_folder: BTreeSet<&str> = of_folder.map(|package| package.name.as_str()).collect();
    assert_eq!(of_folder, BTreeSet::from(FUNCTIONS));
}

/// Everything a crate is built with, its tests aside.
fn built_with(metadata: &Metadata, name: &str) -> BTreeSet<String> {
    let names: BTreeMap<&PackageId, &str> =
        metadata.packages.iter().map(|package| (&package.id, package.name.as_str())).collect();
    let resolve = metadata.resolve.as_ref().expect("a resolved graph");
    let nodes: BTreeMap<&PackageId, _> = resolve.nodes.iter().map(|node| (&node.id, node)).collect();
    let root = metadata.workspace_packages().into_iter().find(|package| package.name == name).expect("a crate of ours");
    let mut seen = BTreeSet::new();
    let mut left = vec![&root.id];
    while let Some(id) = left.pop() {
        for dependency in &nodes[id].deps {
            let built = dependency.dep_kinds.iter().any(|kind| kind.kind != DependencyKind::Development);
            if built && seen.insert(names[&dependency.pkg].to_owned()) {
                left.push(&dependency.pkg);
            }
        }
    }
    seen
}

fn brings(metadata: &Metadata, name: &str, unwanted: &[&str]) -> Vec<String> {
    let all = built_with(metadata, name);
    assert!(all.contains("jiff"), "the graph of {name} was read");
    let begins = |dependency: &String| unwanted.iter().any(|unwanted| dependency.starts_with(unwanted));
    all.into_iter().filter(begins).collect()
}

/// The checker reads what any client of the table could: a mistake in the product must not be its own.
#[test]
fn the_checker_depends_on_nothing() {
    let metadata = metadata();
    let checker = metadata.workspace_packages().into_iter().find(|package| package.name == "vaxslot-checker");
    assert!(checker.expect("the checker").dependencies.is_empty());
}

#[test]
fn domain_and_app_know_no_aws_no_http_and_no_runtime() {
    let metadata = metadata();
    let unwanted = ["aws-", "aws_", "tokio", "hyper", "http", "lambda", "axum", "tower", "reqwest", "rustls"];
    for name in ["vaxslot-domain", "vaxslot-app"] {
        assert_eq!(brings(&metadata, name, &unwanted), [""; 0], "{name}");
    }
}

/// What a crate names itself. What its dependencies bring is no matter of layers here: the graph has the features that all
/// crates together ask for, so that the functions' parts of a library show up under everybody.
fn named(metadata: &Metadata, name: &str, unwanted: &[&str]) -> Vec<String> {
    let package =
        metadata.workspace_packages().into_iter().find(|package| package.name == name).expect("a crate of ours");
    let built = package.dependencies.iter().filter(|dependency| dependency.kind != DependencyKind::Development);
    let names = built.map(|dependency| dependency.name.clone());
    names.filter(|name| unwanted.iter().any(|unwanted| name.starts_with(unwanted))).collect()
}

#[test]
fn the_interface_knows_no_store_and_the_store_no_interface() {
    let metadata = metadata();
    assert_eq!(named(&metadata, "vaxslot-api", &["aws-sdk-", "aws-config", "serde_dynamo"]), [""; 0]);
    assert_eq!(named(&metadata, "vaxslot-aws", &["axum", "lambda", "utoipa", "tower"]), [""; 0]);
    assert_eq!(named(&metadata, "vaxslot-aws", &["aws-sdk-dynamodb"]), ["aws-sdk-dynamodb"], "names are read");
}
