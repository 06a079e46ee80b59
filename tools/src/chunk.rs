//! Cutting a CSV file into parts that each stand alone, without losing where in the file a line was.

/// How large a part may be.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes, its header included.
    pub bytes: usize,
    pub rows: usize,
}

/// Why a text cannot be cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadCsv {
    #[error("there is no row below the header")]
    NoRows,
    #[error("the row in line {0} is too long")]
    LongRow(usize),
    #[error("a quote that opens in line {0} does not close")]
    OpenQuote(usize),
}

/// Some rows of a file below its header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    pub text: String,
    pub rows: usize,
    header_lines: usize,
    /// The line of the file in which the first row begins.
    first_line: usize,
}

impl Chunk {
    /// The line of the file for a line of this part, both from 1.
    #[must_use]
    pub fn file_line(&self, line: usize) -> usize {
        if line > self.header_lines { line - self.header_lines - 1 + self.first_line } else { line }
    }
}

/// Cuts `csv` into as few parts as the limits allow, each with the header.
pub fn split(csv: &str, limits: Limits) -> Result<Vec<Chunk>, BadCsv> {
    let csv = csv.strip_prefix('\u{FEFF}').unwrap_or(csv);
    let mut records = Records { rest: csv, line: 1 };
    let header = records.next().ok_or(BadCsv::NoRows)??;
    let mut chunks: Vec<Chunk> = Vec::new();
    for record in records {
        let record = record?;
        let blank = record.text.trim().is_empty();
        let fits =
            |chunk: &Chunk| blank || (chunk.rows < limits.rows && chunk.text.len() + record.text.len() <= limits.bytes);
        if header.text.len() + record.text.len() > limits.bytes {
            return Err(BadCsv::LongRow(record.line));
        }
        match chunks.last_mut().filter(|chunk| fits(chunk)) {
            Some(chunk) => {
                chunk.text.push_str(record.text);
                chunk.rows += usize::from(!blank);
            }
            None if blank => {}
            None => chunks.push(Chunk {
                text: format!("{}{}", header.terminated(), record.text),
                rows: 1,
                header_lines: header.lines(),
                first_line: record.line,
            }),
        }
    }
    if chunks.is_empty() { Err(BadCsv::NoRows) } else { Ok(chunks) }
}

/// A record with its line end.
struct Record<'a> {
    text: &'a str,
    line: usize,
}

impl Record<'_> {
    fn lines(&self) -> usize {
        self.terminated().matches('\n').count()
    }

    fn terminated(&self) -> String {
        if self.text.ends_with('\n') { self.text.to_owned() } else { format!("{}\n", self.text) }
    }
}

/// The records of a text. A line end inside quotes does not end one (RFC 4180, section 2).
struct Records<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Iterator for Records<'a> {
    type Item = Result<Record<'a>, BadCsv>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let mut quoted = false;
        let end = self.rest.bytes().position(|byte| {
            quoted ^= byte == b'"';
            byte == b'\n' && !quoted
        });
        if quoted {
            self.rest = "";
            return Some(Err(BadCsv::OpenQuote(self.line)));
        }
        let (text, rest) = self.rest.split_at(end.map_or(self.rest.len(), |end| end + 1));
        let record = Record { text, line: self.line };
        self.line += text.matches('\n').count();
        self.rest = rest;
        Some(Ok(record))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOMY: Limits = Limits { bytes: 200_000, rows: 1000 };

    #[test]
    fn parts_repeat_the_header_and_keep_the_lines() {
        let csv = "id,name\n1,a\n2,b\n3,c\n4,d\n5,e\n";
        let chunks = split(csv, Limits { rows: 2, ..ROOMY }).unwrap();
        let texts: Vec<&str> = chunks.iter().map(|chunk| chunk.text.as_str()).collect();
        assert_eq!(texts, ["id,name\n1,a\n2,b\n", "id,name\n3,c\n4,d\n", "id,name\n5,e\n"]);
        assert_eq!(chunks[1].file_line(1), 1);
        assert_eq!(chunks[1].file_line(2), 4);
        assert_eq!(chunks[2].file_line(2), 6);
    }

    #[test]
    fn every_line_of_a_part_leads_back_to_its_own() {
        let rows = (0..50).map(|row| {
            let blank = if row % 7 == 0 { "\r\n" } else { "" };
            format!("{row},\"a \"\"quoted\"\"\r\nnote\"\r\n{blank}")
        });
        let csv = format!("\u{FEFF}\"center\nid\",note\r\n{}", rows.collect::<String>());
        let whole: Vec<&str> = csv.split('\n').collect();
        let chunks = split(&csv, Limits { bytes: 100, rows: 1000 }).unwrap();
        assert!(chunks.len() > 10);
        assert_eq!(chunks.iter().map(|chunk| chunk.rows).sum::<usize>(), 50);
        for chunk in &chunks {
            for (place, line) in chunk.text.trim_end_matches('\n').split('\n').enumerate().skip(2) {
                assert_eq!(whole[chunk.file_line(place + 1) - 1], line);
            }
        }
    }

    #[test]
    fn parts_stay_within_the_limit_of_bytes() {
        let csv = format!("id\n{}", "1234567\n".repeat(100));
        let chunks = split(&csv, Limits { bytes: 27, rows: 1000 }).unwrap();
        assert!(chunks.iter().all(|chunk| chunk.text.len() <= 27 && chunk.rows <= 3));
        assert_eq!(split("id\n1234567\n", Limits { bytes: 10, ..ROOMY }), Err(BadCsv::LongRow(2)));
    }

    #[test]
    fn what_has_no_rows_is_no_import() {
        for csv in ["", "id,name\n", "id,name", "id,name\n\n \n"] {
            assert_eq!(split(csv, ROOMY), Err(BadCsv::NoRows), "{csv:?}");
        }
        assert_eq!(split("id\n\"1\n2\n", ROOMY), Err(BadCsv::OpenQuote(2)));
        assert_eq!(split("id\n1", ROOMY).unwrap()[0].text, "id\n1");
    }
}
