//! The OpenAPI document, put together from what the functions say of themselves.

use std::io::Write;

use crate::{cli::OpenapiArgs, failure::Failure};

pub fn run(_args: &OpenapiArgs, _out: &mut dyn Write) -> Result<(), Failure> {
    Err(Failure::Refused("not yet".to_owned()))
}
