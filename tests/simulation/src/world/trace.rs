use std::{
    fmt::{self, Write},
    time::Duration,
};

/// How much of a history is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tracing {
    Off,
    /// A number that stands for all of it.
    Digest,
    Lines,
}

/// A history, as far as it is kept.
#[derive(Debug, Clone)]
pub struct Trace {
    tracing: Tracing,
    digest: Digest,
    lines: Vec<String>,
}

impl Trace {
    pub(super) fn new(tracing: Tracing) -> Self {
        Self { tracing, digest: Digest(0xcbf2_9ce4_8422_2325), lines: Vec::new() }
    }

    /// Two histories with one digest are the same, to the microsecond.
    #[must_use]
    pub fn digest(&self) -> u64 {
        self.digest.0
    }

    #[must_use]
    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    pub(super) fn note(&mut self, now: Duration, who: &dyn fmt::Display, what: fmt::Arguments<'_>) {
        let micros = now.as_micros();
        match self.tracing {
            Tracing::Off => {}
            Tracing::Digest => {
                let _ = writeln!(self.digest, "{micros} {who} {what}");
            }
            Tracing::Lines => {
                let _ = writeln!(self.digest, "{micros} {who} {what}");
                let (seconds, rest) = (micros / 1_000_000, micros % 1_000_000);
                self.lines.push(format!("{seconds:>6}.{rest:06}  {who:<14} {what}"));
            }
        }
    }
}

/// FNV-1a over everything written.
#[derive(Debug, Clone)]
struct Digest(u64);

impl Write for Digest {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Ok(())
    }
}
