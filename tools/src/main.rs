//! The program `vaxslot`.

use std::{io::stdout, process::ExitCode};

use clap::Parser;
use vaxslot::{cli::Cli, commands};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match commands::run(Cli::parse().command, &mut stdout()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if let Some(line) = failure.line() {
                eprintln!("vaxslot: {line}");
            }
            failure.exit_code()
        }
    }
}
