use serde::Serialize;
use utoipa::ToSchema;
use vaxslot_api::{Kind, Problem};
use vaxslot_app::import::{Findings, Mode, Remark, RowFault};

use super::table::{Checked, Note};

/// What was imported.
#[derive(Debug, Serialize, ToSchema)]
pub struct Imported {
    /// How many rows the file has; each is in the store now.
    #[schema(example = 684)]
    rows: usize,
    /// What the caller should know of some of them.
    warnings: Vec<Note>,
}

/// Which columns findings are about.
pub struct Columns {
    pub of_fault: fn(&RowFault) -> &'static str,
    pub of_remark: fn(&Remark) -> &'static str,
}

impl<T> Checked<T> {
    /// A file with a bad row is checked to its end, and not written.
    #[must_use]
    pub fn mode(&self) -> Mode {
        if self.faults.is_empty() { Mode::Write } else { Mode::Check }
    }

    /// Adds what the store made of the rows, and answers.
    pub fn answer(mut self, found: Findings, columns: &Columns) -> Result<Imported, Problem> {
        let line = |place: usize| self.lines.get(place).copied().unwrap_or_default();
        let faults = found.faults.iter().map(|(place, fault)| Note {
            line: line(*place),
            column: Some((columns.of_fault)(fault)),
            detail: fault.to_string(),
        });
        self.faults.extend(faults);
        let remarks = found.remarks.iter().map(|(place, remark)| Note {
            line: line(*place),
            column: Some((columns.of_remark)(remark)),
            detail: remark.to_string(),
        });
        self.warnings.extend(remarks);
        self.faults.sort_by_key(|note| note.line);
        self.warnings.sort_by_key(|note| note.line);
        if self.faults.is_empty() {
            return Ok(Imported { rows: self.rows.len(), warnings: self.warnings });
        }
        Err(Problem::new(Kind::BadRows).with("rows", self.faults).with("warnings", self.warnings))
    }
}
