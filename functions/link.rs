//! The build script of every function: leaves the tables for unwinding out of release binaries, which abort on a panic and
//! never unwind. They would be an eighth of the size.

use std::env;

fn main() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../no-unwinding.ld");
    println!("cargo::rerun-if-changed={script}");
    if env::var("PROFILE").as_deref() == Ok("release") {
        println!("cargo::rustc-link-arg-bins=-Wl,-T,{script}");
    }
}
