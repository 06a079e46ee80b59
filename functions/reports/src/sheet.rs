//! CSV that a spreadsheet can open without running anything.

use std::borrow::Cow;

use csv::{Terminator, WriterBuilder};

/// A table with a header (RFC 4180). Every cell is made safe.
#[derive(Debug)]
pub struct Sheet {
    header: &'static [&'static str],
    rows: Vec<Vec<String>>,
}

impl Sheet {
    #[must_use]
    pub fn new(header: &'static [&'static str]) -> Self {
        Self { header, rows: Vec::new() }
    }

    pub fn push<const CELLS: usize>(&mut self, row: [String; CELLS]) {
        debug_assert_eq!(self.header.len(), CELLS, "a cell for each column");
        self.rows.push(row.into());
    }

    /// The whole table as text, with `\r\n` at the end of each line.
    ///
    /// # Errors
    /// As the writer says; none is known.
    pub fn write(&self) -> Result<Vec<u8>, csv::Error> {
        let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
        writer.write_record(self.header)?;
        for row in &self.rows {
            writer.write_record(row.iter().map(|cell| safe(cell).into_owned()))?;
        }
        writer.into_inner().map_err(|error| error.into_error().into())
    }
}

/// A cell that a spreadsheet takes for text. One that would begin a formula, or hides its beginning behind a control
/// character, gets an apostrophe in front; full-width signs are signs to some spreadsheets.
fn safe(cell: &str) -> Cow<'_, str> {
    let dangerous =
        |first: char| matches!(first, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠') || first.is_control();
    if cell.starts_with(dangerous) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_text() {
        for start in ["=", "+", "-", "@", "\t", "\r", "\n", "\u{0}", "\u{7f}", "\u{85}", "＝", "＠"] {
            let cell = format!("{start}HYPERLINK(\"http://example.com\")");
            assert_eq!(safe(&cell), format!("'{cell}"));
        }
        for plain in ["", "Pune", "2-3 ward", "'quoted", "पुणे", "1+1", " =x"] {
            assert_eq!(safe(plain), plain);
        }
    }

    #[test]
    fn cells_with_commas_quotes_and_line_ends_stay_one_cell() {
        let mut sheet = Sheet::new(&["name", "booked"]);
        sheet.push(["Aundh, \"Camp\"\r\nroad".to_owned(), "7".to_owned()]);
        sheet.push(["=1+1".to_owned(), "-7".to_owned()]);
        let text = String::from_utf8(sheet.write().unwrap()).unwrap();
        assert_eq!(text, "name,booked\r\n\"Aundh, \"\"Camp\"\"\r\nroad\",7\r\n'=1+1,'-7\r\n");
    }
}
