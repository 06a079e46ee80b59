//! Importing CSV files through the service, in parts that it can check and write within seconds.

use std::{collections::BTreeSet, fmt, time::Duration};

use clap::ValueEnum;
use futures::{StreamExt, stream};
use serde::Deserialize;

use crate::{
    chunk::{self, BadCsv, Chunk, Limits},
    http::{Answer, Api, Bearer, Call, CallError},
    progress::Progress,
};

/// How many parts are on their way at once.
const PARTS_AT_ONCE: usize = 4;

/// Waits between tries when the service is busy. Repeating a part changes nothing.
const WAITS: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// `state_id,state_name,district_id,district_name`
    Districts,
    /// `center_id,name,address,state_name,district_id,district_name,block_name,pincode,lat,long,fee_type,opens,closes`
    Centers,
    /// `center_id,date,vaccine,min_age,max_age,fee,slots,dose1,dose2,dose3`, and perhaps `opens_at`
    Sessions,
}

impl Kind {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Districts => "districts",
            Self::Centers => "centers",
            Self::Sessions => "sessions",
        }
    }

    /// A session takes a transaction with a row for each of its pools; places take one write.
    fn limits(self) -> Limits {
        let rows = if self == Self::Sessions { 100 } else { 500 };
        Limits { bytes: 200_000, rows }
    }
}

/// Something the service said about a row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct Remark {
    /// The line of the file, from 1.
    pub line: usize,
    pub column: Option<String>,
    pub detail: String,
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.column {
            Some(column) => write!(f, "line {}, {column}: {}", self.line, self.detail),
            None => write!(f, "line {}: {}", self.line, self.detail),
        }
    }
}

/// What came of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    pub imported: usize,
    pub warnings: BTreeSet<Remark>,
    pub bad_rows: BTreeSet<Remark>,
    /// Refusals that name no row, each once.
    pub refusals: BTreeSet<String>,
    /// Rows in parts that were refused: of a part either all rows are imported or none.
    pub left_out: usize,
}

impl Outcome {
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.left_out == 0
    }
}

/// Why nothing could be imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("the file cannot be cut into parts")]
    Csv(#[from] BadCsv),
    #[error(transparent)]
    Call(#[from] CallError),
}

/// Imports `csv`. Parts that are refused do not keep the others from being imported.
pub async fn import(api: &Api, bearer: &Bearer, kind: Kind, csv: &str) -> Result<Outcome, ImportError> {
    let chunks = chunk::split(csv, kind.limits())?;
    let total = chunks.iter().map(|chunk| chunk.rows).sum();
    let mut progress = Progress::new(&format!("{} sent", kind.name()), total);
    let mut outcome = Outcome::default();
    let sent = chunks.iter().map(|chunk| async move { (chunk, send(api, bearer, kind, chunk).await) });
    let mut sent = stream::iter(sent).buffer_unordered(PARTS_AT_ONCE);
    while let Some((chunk, answer)) = sent.next().await {
        outcome.add(chunk, &answer?);
        progress.advance(chunk.rows);
    }
    Ok(outcome)
}

async fn send(api: &Api, bearer: &Bearer, kind: Kind, chunk: &Chunk) -> Result<Answer, CallError> {
    let call = Call::post_csv(format!("/v1/admin/import/{}", kind.name()), chunk.text.clone()).by(bearer);
    for wait in WAITS {
        let answer = api.call(&call).await?;
        if !answer.is_passing() {
            return Ok(answer);
        }
        tokio::time::sleep(wait).await;
    }
    api.call(&call).await
}

/// What is read of an answer, be it a success or a refusal.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Remarks {
    warnings: Vec<Remark>,
    rows: BadRows,
}

/// `rows` counts the rows of a success and lists those of a refusal.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum BadRows {
    Count(#[expect(dead_code, reason = "the part knows its rows")] usize),
    List(Vec<Remark>),
}

impl Default for BadRows {
    fn default() -> Self {
        Self::List(Vec::new())
    }
}

impl Outcome {
    fn add(&mut self, chunk: &Chunk, answer: &Answer) {
        let remarks = Remarks::deserialize(&answer.body).unwrap_or_default();
        let placed = |remark: Remark| Remark { line: chunk.file_line(remark.line), ..remark };
        self.warnings.extend(remarks.warnings.into_iter().map(placed));
        if answer.status.is_success() {
            self.imported += chunk.rows;
            return;
        }
        self.left_out += chunk.rows;
        match remarks.rows {
            BadRows::List(rows) if !rows.is_empty() => self.bad_rows.extend(rows.into_iter().map(placed)),
            _ => {
                self.refusals.insert(answer.refusal());
            }
        }
    }
}
