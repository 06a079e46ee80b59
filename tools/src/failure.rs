//! How a command ends when it does not succeed.

use std::{error::Error, io, process::ExitCode};

use crate::{chunk::BadCsv, http::CallError, keys::KeyError, stack::StackError};

/// Why a command did not do what was asked. Its causes are behind [`Error::source`].
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The service refused, or its answer was not the expected one.
    #[error("{0}")]
    Refused(String),
    /// The command line does not make sense.
    #[error("{0}")]
    Usage(String),
    #[error(transparent)]
    Call(#[from] CallError),
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error(transparent)]
    Stack(#[from] StackError),
    #[error("{file} is no CSV file that can be imported")]
    Csv { file: String, source: BadCsv },
    #[error("{file} cannot be read or written")]
    File { file: String, source: io::Error },
    #[error("the output cannot be written")]
    Output(#[from] io::Error),
}

/// The exit codes, as the help text documents them.
pub const EXIT_CODES: &str = "Exit codes:
  0  done
  1  the service refused, or something failed
  2  the command line is wrong
  3  the service cannot be reached";

impl Failure {
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Usage(_) => ExitCode::from(2),
            Self::Call(CallError::Unreachable { .. }) => ExitCode::from(3),
            // Whoever reads the output has seen enough, as `head` does.
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
            _ => ExitCode::from(1),
        }
    }

    /// The message and its causes in one line; nothing for a reader that went away.
    #[must_use]
    pub fn line(&self) -> Option<String> {
        if self.exit_code() == ExitCode::SUCCESS {
            return None;
        }
        let mut line = self.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            line.push_str(": ");
            line.push_str(&error.to_string());
            cause = error.source();
        }
        Some(line)
    }
}
