use std::fmt::{self, Debug};

/// What `Debug` shows, with the end alone of each UUID.
pub struct Brief<T>(pub T);

impl<T: Debug> fmt::Display for Brief<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{:?}", self.0);
        let mut rest = text.as_str();
        while let Some(place) = rest.char_indices().map(|(place, _)| place).find(|place| is_uuid(&rest[*place..])) {
            f.write_str(&rest[..place])?;
            f.write_str(&rest[place + 32..place + 36])?;
            rest = &rest[place + 36..];
        }
        f.write_str(rest)
    }
}

fn is_uuid(text: &str) -> bool {
    text.len() >= 36
        && text.bytes().take(36).enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}
