//! Phone numbers as they may be shown.

/// All but the last two characters hidden.
#[must_use]
pub fn phone(number: &str) -> String {
    let hidden = number.chars().count().saturating_sub(2);
    number.chars().enumerate().map(|(place, letter)| if place < hidden { '*' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_digits_are_left() {
        assert_eq!(phone("+919812345678"), "***********78");
        assert_eq!(phone("7"), "7");
        assert_eq!(phone(""), "");
    }
}
