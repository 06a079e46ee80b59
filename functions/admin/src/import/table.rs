//! Reading a CSV file row by row, collecting everything that is wrong with it instead of stopping at the first.

use std::fmt::Display;

use csv::StringRecord;
use serde::Serialize;
use utoipa::ToSchema;

/// The most rows of a file: what a function can check and write within seconds, and so few that an answer which lists every
/// cell as bad stays below the 6 MB that a function may answer.
pub const MOST_ROWS: usize = 2_000;

/// Something about a row that stands in the way, or that the caller should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RowNote)]
pub struct Note {
    /// The line of the file the row begins on; the header is on line 1.
    #[schema(example = 3)]
    pub line: usize,
    /// Null where it concerns the row as a whole.
    #[schema(example = "lat", required)]
    pub column: Option<&'static str>,
    #[schema(example = "the position is missing; taken without one")]
    pub detail: String,
}

/// A file that was read.
#[derive(Debug)]
pub struct Checked<T> {
    /// The good rows.
    pub rows: Vec<T>,
    /// The line of each good row.
    pub lines: Vec<usize>,
    /// Why the other rows are bad; nothing may be written unless this is empty.
    pub faults: Vec<Note>,
    pub warnings: Vec<Note>,
}

impl<T> Checked<T> {
    fn new() -> Self {
        Self { rows: Vec::new(), lines: Vec::new(), faults: Vec::new(), warnings: Vec::new() }
    }

    fn fault(&mut self, line: usize, column: Option<&'static str>, detail: impl Into<String>) {
        self.faults.push(Note { line, column, detail: detail.into() });
    }
}

/// The cells of a row, by column. A parser takes what it needs, and notes what is wrong.
pub struct Cells<'a> {
    record: &'a StringRecord,
    places: &'a [(&'static str, usize)],
    line: usize,
    faults: &'a mut Vec<Note>,
    warnings: &'a mut Vec<Note>,
}

impl Cells<'_> {
    /// The line the row begins on.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The text of a cell without the spaces around it.
    pub fn text(&self, column: &'static str) -> &str {
        let place = self.places.iter().find(|(name, _)| *name == column).map(|(_, place)| *place);
        place.and_then(|place| self.record.get(place)).unwrap_or_default().trim()
    }

    /// The value of a cell.
    ///
    /// # Errors
    /// With a fault noted, if it does not parse.
    pub fn parse<T, E: Display>(
        &mut self,
        column: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, Noted> {
        parse(self.text(column)).map_err(|error| self.fault(column, error.to_string()))
    }

    /// As [`Cells::parse`], but an empty cell is no value.
    pub fn parse_if_any<T, E: Display>(
        &mut self,
        column: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, Noted> {
        if self.text(column).is_empty() { Ok(None) } else { self.parse(column, parse).map(Some) }
    }

    pub fn fault(&mut self, column: &'static str, detail: impl Into<String>) -> Noted {
        self.faults.push(Note { line: self.line, column: Some(column), detail: detail.into() });
        Noted
    }

    pub fn warn(&mut self, column: &'static str, detail: impl Into<String>) {
        self.warnings.push(Note { line: self.line, column: Some(column), detail: detail.into() });
    }
}

/// A fault of the row was noted. Parsing goes on to find the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Noted;

/// The columns of a file, in any order.
pub struct Header {
    /// Each must be there.
    pub needed: &'static [&'static str],
    /// Each may be left out: then all its cells are empty.
    pub optional: &'static [&'static str],
}

/// Reads a file whose header names its columns, each once.
pub fn read<T>(text: &str, header: &Header, mut parse: impl FnMut(&mut Cells<'_>) -> Result<T, Noted>) -> Checked<T> {
    let mut checked = Checked::new();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut record = StringRecord::new();
    let mut lines = Lines::new(text);
    if !matches!(reader.read_record(&mut record), Ok(true)) {
        checked.fault(1, None, format!("the file has no header; it must be {}", header.needed.join(",")));
        return checked;
    }
    let places = places(&record, lines.of(&record), header, &mut checked);
    if !checked.faults.is_empty() {
        return checked;
    }
    let width = record.len();
    let mut count = 0;
    while let Ok(true) = reader.read_record(&mut record) {
        let line = lines.of(&record);
        count += 1;
        if count > MOST_ROWS {
            checked.fault(line, None, format!("a file has at most {MOST_ROWS} rows"));
            break;
        }
        if record.len() != width {
            checked.fault(line, None, format!("has {} fields where the header has {width}", record.len()));
            continue;
        }
        let Checked { rows, lines, faults, warnings } = &mut checked;
        if let Ok(row) = parse(&mut Cells { record: &record, places: &places, line, faults, warnings }) {
            rows.push(row);
            lines.push(line);
        }
    }
    checked
}

fn places<T>(
    record: &StringRecord,
    line: usize,
    header: &Header,
    checked: &mut Checked<T>,
) -> Vec<(&'static str, usize)> {
    let columns = || header.needed.iter().chain(header.optional).copied();
    let unknown = record.iter().filter(|name| !columns().any(|column| column == name.trim())).count();
    if unknown > 0 {
        let detail = format!("the header has {unknown} unknown columns; it must be {}", header.needed.join(","));
        checked.fault(line, None, detail);
    }
    let mut places = Vec::new();
    for column in columns() {
        let named = record.iter().enumerate().filter(|(_, name)| name.trim() == column);
        let found: Vec<usize> = named.map(|(place, _)| place).collect();
        match *found {
            [place] => places.push((column, place)),
            [] if header.optional.contains(&column) => {}
            [] => checked.fault(line, Some(column), "the header lacks this column"),
            _ => checked.fault(line, Some(column), "the header has this column more than once"),
        }
    }
    places
}

/// Tells on which line of the file a record begins. The reader's own count is one short behind `\r\n`, and counts a record
/// that follows empty lines to the first of them.
struct Lines<'a> {
    bytes: &'a [u8],
    seen: usize,
    line: usize,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Self {
        Self { bytes: text.as_bytes(), seen: 0, line: 1 }
    }

    fn of(&mut self, record: &StringRecord) -> usize {
        let start = record.position().and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or(self.seen);
        let end_of_line = |byte: u8| byte == b'\r' || byte == b'\n';
        while let Some(byte) = self.bytes.get(self.seen).copied() {
            if self.seen >= start && !end_of_line(byte) {
                break;
            }
            let lone = byte == b'\r' && self.bytes.get(self.seen + 1) != Some(&b'\n');
            self.line += usize::from(byte == b'\n' || lone);
            self.seen += 1;
        }
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(text: &str) -> Checked<(u32, String)> {
        read(text, &Header { needed: &["id", "name"], optional: &["note"] }, |cells| {
            let id = cells.parse("id", str::parse::<u32>);
            let name = cells.text("name").to_owned();
            Ok((id?, name))
        })
    }

    fn faults(text: &str) -> Vec<(usize, Option<&'static str>)> {
        numbers(text).faults.iter().map(|note| (note.line, note.column)).collect()
    }

    #[test]
    fn columns_come_in_any_order() {
        let checked = numbers("name, id\n\"Rao, Asha\", 7 \n");
        assert_eq!(checked.rows, [(7, "Rao, Asha".to_owned())]);
        assert_eq!(checked.lines, [2]);
    }

    #[test]
    fn a_line_is_what_an_editor_shows() {
        for newline in ["\n", "\r\n", "\r"] {
            let rows = ["id,name", "1,a", "", "x,b", "\"2\",\"two", "lines\"", "y,c", "3,d,e", "z,f"];
            assert_eq!(
                faults(&rows.join(newline)),
                [(4, Some("id")), (7, Some("id")), (8, None), (9, Some("id"))],
                "{newline:?}"
            );
        }
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_header() {
        assert_eq!(numbers("\u{FEFF}id,name\r\n1,a\r\n").lines, [2]);
    }

    #[test]
    fn the_header_is_checked() {
        assert_eq!(faults(""), [(1, None)]);
        assert_eq!(faults("id\n1\n"), [(1, Some("name"))]);
        assert_eq!(faults("id,name,extra\n1,a,b\n"), [(1, None)]);
        assert_eq!(faults("id,id,name\n1,2,b\n"), [(1, Some("id"))]);
        assert_eq!(faults("\n\nID,name\n1,b\n"), [(3, None), (3, Some("id"))]);
    }

    #[test]
    fn an_optional_column_may_be_there_once() {
        assert_eq!(faults("id,note,name\n1,n,a\n"), []);
        assert_eq!(faults("note,id,note,name\n"), [(1, Some("note"))]);
    }

    #[test]
    fn a_file_without_rows_is_fine() {
        let checked = numbers("id,name\n");
        assert!(checked.rows.is_empty() && checked.faults.is_empty());
    }

    #[test]
    fn too_many_rows_are_refused() {
        let text = format!("id,name\n{}", "1,a\n".repeat(MOST_ROWS + 1));
        assert_eq!(faults(&text), [(MOST_ROWS + 2, None)]);
    }

    #[test]
    fn a_quote_that_is_never_closed_is_a_bad_row() {
        assert_eq!(faults("id,name,\n"), [(1, None)]);
        assert_eq!(faults("id,name\n\"1,a\n2,b\n"), [(2, None)]);
    }
}
