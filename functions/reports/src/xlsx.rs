//! Spreadsheets as Office Open XML has them (ECMA-376): a few small XML files in a ZIP archive, not compressed.
//!
//! A writer of our own: what is needed of the format is little, and a function is kept small. Texts are written as texts, so that
//! none of them can be a formula.

use std::fmt::Write;

use crate::sheet::Cell;

const TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"#;

const RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;

const WORKBOOK: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Report" sheetId="1" r:id="rId1"/></sheets></workbook>"#;

const SHEETS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;

const BEGIN: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>"#;

/// A workbook with one sheet.
#[must_use]
pub fn write(header: &[&str], rows: &[Vec<Cell>]) -> Vec<u8> {
    let mut sheet = BEGIN.to_owned();
    row(&mut sheet, header.iter().map(Cell::text));
    for cells in rows {
        row(&mut sheet, cells.iter().cloned());
    }
    sheet.push_str("</sheetData></worksheet>");
    let mut archive = Archive::default();
    for (name, content) in [
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", RELATIONS),
        ("xl/workbook.xml", WORKBOOK),
        ("xl/_rels/workbook.xml.rels", SHEETS),
        ("xl/worksheets/sheet1.xml", &sheet),
    ] {
        archive.add(name, content.as_bytes());
    }
    archive.end()
}

fn row(sheet: &mut String, cells: impl Iterator<Item = Cell>) {
    sheet.push_str("<row>");
    for cell in cells {
        // Writing to a text cannot fail.
        let _ = match cell {
            Cell::Text(text) => {
                write!(sheet, r#"<c t="inlineStr"><is><t xml:space="preserve">{}</t></is></c>"#, escaped(&text))
            }
            Cell::Number(number) => write!(sheet, "<c><v>{number}</v></c>"),
            Cell::Empty => write!(sheet, "<c/>"),
        };
    }
    sheet.push_str("</row>");
}

/// As XML has it; what it cannot have becomes the sign for that. `_x` would begin a code of the format's own.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.replace("_x", "_x005F_x").chars() {
        match sign {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\t' | '\n' => escaped.push(sign),
            '\r' => escaped.push_str("&#13;"),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            sign => escaped.push(sign),
        }
    }
    escaped
}

/// A ZIP archive (APPNOTE 6.3) of files that are stored as they are.
#[derive(Default)]
struct Archive {
    files: Vec<u8>,
    directory: Vec<u8>,
    count: u16,
}

/// 1 January 1980: the first day that the format knows.
const NO_DATE: u16 = 0x21;
/// The version of the format that is needed: 2.0.
const VERSION: u16 = 20;

impl Archive {
    fn add(&mut self, name: &str, content: &[u8]) {
        let offset = length(&self.files);
        let mut facts = Vec::new();
        // Version, flags, method, time, date.
        for number in [VERSION, 0, 0, 0, NO_DATE] {
            facts.extend(number.to_le_bytes());
        }
        for number in [checksum(content), length(content), length(content)] {
            facts.extend(number.to_le_bytes());
        }
        let name_length = u16::try_from(name.len()).unwrap_or(u16::MAX);
        // The lengths of the name and of more facts.
        for number in [name_length, 0] {
            facts.extend(number.to_le_bytes());
        }
        self.files.extend(b"PK\x03\x04");
        self.files.extend(&facts);
        self.files.extend(name.as_bytes());
        self.files.extend(content);
        self.directory.extend(b"PK\x01\x02");
        self.directory.extend(VERSION.to_le_bytes());
        self.directory.extend(&facts);
        // The length of a comment, the disk, and attributes.
        self.directory.extend([0; 10]);
        self.directory.extend(offset.to_le_bytes());
        self.directory.extend(name.as_bytes());
        self.count += 1;
    }

    fn end(mut self) -> Vec<u8> {
        let (offset, size) = (length(&self.files), length(&self.directory));
        self.files.extend(&self.directory);
        self.files.extend(b"PK\x05\x06");
        // The number of this disk, and of the first.
        self.files.extend([0; 4]);
        for count in [self.count, self.count] {
            self.files.extend(count.to_le_bytes());
        }
        self.files.extend(size.to_le_bytes());
        self.files.extend(offset.to_le_bytes());
        // The length of a comment.
        self.files.extend([0; 2]);
        self.files
    }
}

/// What a function answers is far below four gigabytes.
fn length(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX)
}

/// CRC-32 as ZIP has it.
fn checksum(bytes: &[u8]) -> u32 {
    let table: [u32; 256] = std::array::from_fn(|number| {
        let number = u32::try_from(number).unwrap_or(0);
        (0..8).fold(number, |rest, _| if rest & 1 == 1 { (rest >> 1) ^ 0xedb8_8320 } else { rest >> 1 })
    });
    let step = |sum: u32, byte: &u8| (sum >> 8) ^ table[usize::from(sum.to_le_bytes()[0] ^ byte)];
    !bytes.iter().fold(u32::MAX, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checksum_is_that_of_zip() {
        assert_eq!(checksum(b"123456789"), 0xcbf4_3926);
        assert_eq!(checksum(b""), 0);
    }

    #[test]
    fn texts_stay_texts_and_numbers_numbers() {
        let cells = vec![Cell::text("=1+1 & <Pune>\u{1} _x0041_"), Cell::number(7), Cell::Empty];
        let file = write(&["name", "booked", "rate"], &[cells]);
        let text = String::from_utf8_lossy(&file);
        assert!(text.contains(
            "preserve\">=1+1 &amp; &lt;Pune&gt;\u{fffd} _x005F_x0041_</t></is></c><c><v>7</v></c><c/></row>"
        ));
        assert!(!text.contains("<f>"));
    }

    #[test]
    fn an_archive_says_where_its_files_are() {
        let file = write(&["name"], &[]);
        let number = |at: usize| u32::from_le_bytes(file[at..at + 4].try_into().unwrap()) as usize;
        let end = file.len() - 22;
        assert_eq!((&file[..4], &file[end..end + 4]), (&b"PK\x03\x04"[..], &b"PK\x05\x06"[..]));
        let (size, directory) = (number(end + 12), number(end + 16));
        assert_eq!(directory + size, end);
        let (mut at, mut names) = (directory, Vec::new());
        while at < end {
            assert_eq!(&file[at..at + 4], b"PK\x01\x02");
            let (sum, length, offset) = (number(at + 16), number(at + 24), number(at + 42));
            let name = usize::from(file[at + 28]);
            names.push(String::from_utf8(file[at + 46..at + 46 + name].to_vec()).unwrap());
            assert_eq!(&file[offset..offset + 4], b"PK\x03\x04");
            let content = offset + 30 + name;
            assert_eq!(checksum(&file[content..content + length]) as usize, sum);
            at += 46 + name;
        }
        assert_eq!((names.len(), names[0].as_str()), (5, "[Content_Types].xml"));
    }
}
