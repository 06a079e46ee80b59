//! Writing files.

use std::{
    fs,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

/// Writes beside `file`, then takes its place: a reader sees the old content or the new, and `mode` holds from the first
/// moment.
pub fn write_whole(file: &Path, content: &[u8], mode: u32) -> io::Result<()> {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let beside = file.with_file_name(name);
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(mode);
    options.open(&beside)?.write_all(content)?;
    fs::rename(&beside, file)
}
