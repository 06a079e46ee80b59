//! The figures in `docs/MODEL.md` are those of the model as it is.

const MODEL: &str = include_str!("../../../../docs/MODEL.md");

/// Sees that the page has this row.
pub fn tell(row: &str) {
    println!("{row}");
    assert!(MODEL.lines().any(|line| line == row), "docs/MODEL.md should have the row\n{row}");
}
