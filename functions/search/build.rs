//! Takes the white space out of the description, which is checked in for people to read: a third of what is sent.

use std::{env, fs, io, path::Path};

fn main() -> io::Result<()> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi.json");
    println!("cargo::rerun-if-changed={}", source.display());
    let folder = env::var_os("OUT_DIR").unwrap_or_default();
    fs::write(Path::new(&folder).join("openapi.json"), compact(&fs::read_to_string(source)?))
}

fn compact(json: &str) -> String {
    let (mut in_text, mut escaped) = (false, false);
    let kept = json.chars().filter(|letter| {
        let ends = *letter == '"' && !escaped;
        escaped = in_text && *letter == '\\' && !escaped;
        in_text ^= ends;
        in_text || !letter.is_ascii_whitespace()
    });
    kept.collect()
}
