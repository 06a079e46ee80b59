//! Targets for the fuzzer: what comes from outside, as any bytes, into the code that reads it.
//!
//! Each target says what must hold whatever comes. The samples under `corpus/` are where the fuzzer starts, and are run by an
//! ordinary test, too.

pub mod addresses;
pub mod bodies;
pub mod cursors;
pub mod imports;
mod login;
pub mod records;
mod stage;
pub mod tokens;

/// The first byte chooses one of several things to feed, the rest is fed.
fn choose<'a, T>(choices: &'a [T], data: &'a [u8]) -> Option<(&'a T, &'a [u8])> {
    let (choice, rest) = data.split_first()?;
    // Digits and small letters, so that samples can be read.
    let place = usize::from(choice.wrapping_sub(if choice.is_ascii_digit() { b'0' } else { b'a' - 10 }));
    Some((&choices[place % choices.len()], rest))
}
