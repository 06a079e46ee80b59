//! What a run found: shown as it comes, and written as Markdown to the file that `BENCH_REPORT` names.

use std::{env, fs};

use crate::Outcome;

/// A report in Markdown, which its aligned tables keep readable on a terminal.
#[derive(Default)]
pub struct Report(String);

/// A table: the first column is for words, the others for numbers.
pub struct Table {
    rows: Vec<Vec<String>>,
}

impl Report {
    pub fn heading(&mut self, text: &str) {
        self.say(&format!("## {text}\n\n"));
    }

    pub fn text(&mut self, text: &str) {
        self.say(&format!("{text}\n\n"));
    }

    pub fn table(&mut self, table: &Table) {
        self.say(&format!("{}\n", table.written()));
    }

    fn say(&mut self, text: &str) {
        print!("{text}");
        self.0.push_str(text);
    }

    /// Writes the file, if one is named.
    pub fn keep(&self) -> Outcome<()> {
        match env::var("BENCH_REPORT") {
            Ok(path) if !path.is_empty() => Ok(fs::write(path, &self.0)?),
            _ => Ok(()),
        }
    }
}

impl Table {
    pub fn new(head: &[&str]) -> Self {
        Self { rows: vec![head.iter().map(|&cell| cell.to_owned()).collect()] }
    }

    pub fn row<const CELLS: usize>(&mut self, cells: [String; CELLS]) {
        self.rows.push(cells.into());
    }

    fn written(&self) -> String {
        let columns = self.rows[0].len();
        let wide = |column: usize| self.rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0).max(3);
        let widths: Vec<usize> = (0..columns).map(wide).collect();
        let mut lines: Vec<String> = self.rows.iter().map(|row| line(row, &widths)).collect();
        let rules = widths.iter().enumerate();
        let rules =
            rules.map(|(column, width)| if column == 0 { "-".repeat(*width) } else { "-".repeat(width - 1) + ":" });
        lines.insert(1, format!("| {} |", rules.collect::<Vec<_>>().join(" | ")));
        lines.join("\n") + "\n"
    }
}

fn line(row: &[String], widths: &[usize]) -> String {
    let cells = row.iter().zip(widths).enumerate();
    let cells = cells.map(
        |(column, (cell, width))| {
            if column == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
        },
    );
    format!("| {} |", cells.collect::<Vec<_>>().join(" | "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_aligned_markdown() {
        let mut table = Table::new(&["what", "rate"]);
        table.row(["searches".to_owned(), "2700".to_owned()]);
        table.row(["all".to_owned(), "3000.5".to_owned()]);
        let expected = "| what     |   rate |\n| -------- | -----: |\n| searches |   2700 |\n| all      | 3000.5 |\n";
        assert_eq!(table.written(), expected);
    }
}
