//! The description of the API, put together from what the functions say of themselves.

use std::{fs, io::Write, path::Path};

use vaxslot_api::openapi::document;

use crate::{cli::OpenapiArgs, failure::Failure};

/// The document as it is checked in: version 3.1 of the format, in JSON, with a line end.
pub fn text() -> Result<String, Failure> {
    let parts = vec![
        vaxslot_search::openapi(),
        vaxslot_reserve::openapi(),
        vaxslot_identity::openapi(),
        vaxslot_admin::openapi(),
        vaxslot_reports::openapi(),
        vaxslot_subscriptions::openapi(),
    ];
    let whole = document(parts).map_err(|error| Failure::Refused(error.to_string()))?;
    let json = whole.to_pretty_json().map_err(|error| Failure::Refused(error.to_string()))?;
    Ok(format!("{json}\n"))
}

pub fn run(args: &OpenapiArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let text = text()?;
    match (&args.write, &args.check) {
        (Some(file), _) => fs::write(file, text).map_err(in_file(file)),
        (None, Some(file)) => {
            let found = fs::read_to_string(file).map_err(in_file(file))?;
            if found == text { Ok(()) } else { Err(Failure::Refused(difference(&found, &text, file))) }
        }
        (None, None) => Ok(out.write_all(text.as_bytes())?),
    }
}

fn in_file(file: &Path) -> impl FnOnce(std::io::Error) -> Failure {
    let file = file.display().to_string();
    move |source| Failure::File { file, source }
}

fn difference(found: &str, wanted: &str, file: &Path) -> String {
    let same = found.lines().zip(wanted.lines()).take_while(|(found, wanted)| found == wanted).count();
    let file = file.display();
    format!("{file} differs from the code in line {}: run `vaxslot openapi --write {file}`", same + 1)
}
