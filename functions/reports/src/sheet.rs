//! Tables that a spreadsheet can open without running anything.

use std::borrow::Cow;

use csv::{Terminator, WriterBuilder};
use rust_xlsxwriter::{Workbook, XlsxError};

/// A table with a header.
#[derive(Debug)]
pub struct Sheet {
    header: Vec<&'static str>,
    rows: Vec<Vec<Cell>>,
}

/// One place of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    Text(String),
    /// In decimal digits.
    Number(String),
    Empty,
}

impl Cell {
    pub fn text(text: impl ToString) -> Self {
        Self::Text(text.to_string())
    }

    pub fn number(number: impl ToString) -> Self {
        Self::Number(number.to_string())
    }

    /// A number, where there is one.
    pub fn maybe(number: Option<impl ToString>) -> Self {
        number.map_or(Self::Empty, Self::number)
    }
}

impl Sheet {
    #[must_use]
    pub fn new(header: Vec<&'static str>) -> Self {
        Self { header, rows: Vec::new() }
    }

    pub fn push(&mut self, row: Vec<Cell>) {
        debug_assert_eq!(self.header.len(), row.len(), "a cell for each column");
        self.rows.push(row);
    }

    /// The whole table as CSV (RFC 4180), with `\r\n` at the end of each line. Every cell is made safe.
    ///
    /// # Errors
    /// As the writer says; none is known.
    pub fn csv(&self) -> Result<Vec<u8>, csv::Error> {
        let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
        writer.write_record(&self.header)?;
        for row in &self.rows {
            writer.write_record(row.iter().map(|cell| match cell {
                Cell::Text(text) | Cell::Number(text) => safe(text).into_owned(),
                Cell::Empty => String::new(),
            }))?;
        }
        writer.into_inner().map_err(|error| error.into_error().into())
    }

    /// The whole table as a workbook of one sheet, in which texts are texts: none of them can be a formula.
    ///
    /// # Errors
    /// When the table is larger than the format knows: 1,048,576 rows, or 32,767 characters in a cell.
    pub fn xlsx(&self) -> Result<Vec<u8>, XlsxError> {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet().set_name("Report")?.set_freeze_panes(1, 0)?;
        for (column, name) in (0..).zip(&self.header) {
            sheet.write_string(0, column, *name)?;
        }
        for (row, cells) in (1..).zip(&self.rows) {
            for (column, cell) in (0..).zip(cells) {
                match cell {
                    Cell::Text(text) => sheet.write_string(row, column, text)?,
                    Cell::Number(digits) => match digits.parse::<f64>() {
                        Ok(number) => sheet.write_number(row, column, number)?,
                        Err(_) => sheet.write_string(row, column, digits)?,
                    },
                    Cell::Empty => continue,
                };
            }
        }
        workbook.save_to_buffer()
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
    use std::io::Cursor;

    use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};

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
    fn in_a_workbook_texts_are_texts_and_numbers_numbers() {
        let mut sheet = Sheet::new(vec!["name", "booked", "rate"]);
        sheet.push(vec![Cell::text("=1+1 & <Pune>\u{1} _x0041_ पुणे"), Cell::number(7), Cell::Empty]);
        let mut workbook: Xlsx<_> = open_workbook_from_rs(Cursor::new(sheet.xlsx().unwrap())).unwrap();
        assert_eq!(workbook.sheet_names(), ["Report"]);
        assert!(workbook.worksheet_formula("Report").unwrap().is_empty());
        let range = workbook.worksheet_range("Report").unwrap();
        let rows: Vec<Vec<Data>> = range.rows().map(<[Data]>::to_vec).collect();
        let text = |text: &str| Data::String(text.to_owned());
        assert_eq!(rows[0], [text("name"), text("booked"), text("rate")]);
        assert_eq!(rows[1], [text("=1+1 & <Pune>\u{1} _x0041_ पुणे"), Data::Float(7.0), Data::Empty]);
    }

    #[test]
    fn cells_with_commas_quotes_and_line_ends_stay_one_cell() {
        let mut sheet = Sheet::new(vec!["name", "booked"]);
        sheet.push(vec![Cell::text("Aundh, \"Camp\"\r\nroad"), Cell::number(7)]);
        sheet.push(vec![Cell::text("=1+1"), Cell::text("-7")]);
        sheet.push(vec![Cell::Empty, Cell::maybe(None::<u8>)]);
        let text = String::from_utf8(sheet.csv().unwrap()).unwrap();
        assert_eq!(text, "name,booked\r\n\"Aundh, \"\"Camp\"\"\r\nroad\",7\r\n'=1+1,'-7\r\n,\r\n");
    }
}
