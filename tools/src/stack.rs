//! The file that describes a running stack: where it answers, and tokens for it.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde_json::{Map, Value};

use crate::{
    files::write_whole,
    http::{Api, CallError},
    keys::KeyError,
    token::Signer,
};

/// The `TokenAudience` of the template.
pub const DEFAULT_AUDIENCE: &str = "vaxslot";

/// Why the file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StackError {
    #[error("{} cannot be read or written; is the stack running?", file.display())]
    File { file: PathBuf, source: io::Error },
    #[error("{} is no JSON object", .0.display())]
    Form(PathBuf),
    #[error("{} has no \"{field}\"", file.display())]
    Missing { file: PathBuf, field: &'static str },
    #[error(transparent)]
    Call(#[from] CallError),
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// A running stack. What others write into its file is kept.
#[derive(Debug, Clone)]
pub struct Stack {
    file: PathBuf,
    fields: Map<String, Value>,
}

impl Stack {
    pub fn load(file: &Path) -> Result<Self, StackError> {
        let failed = |source| StackError::File { file: file.to_owned(), source };
        let text = fs::read_to_string(file).map_err(failed)?;
        match serde_json::from_str(&text) {
            Ok(Value::Object(fields)) => Ok(Self { file: file.to_owned(), fields }),
            _ => Err(StackError::Form(file.to_owned())),
        }
    }

    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// The address of the API.
    pub fn api_url(&self) -> Result<&str, StackError> {
        self.field("api")
    }

    /// The address of the pages.
    pub fn pages_url(&self) -> Result<&str, StackError> {
        self.field("pages")
    }

    pub fn api(&self) -> Result<Api, StackError> {
        Ok(Api::new(self.api_url()?)?)
    }

    /// The local AWS endpoint, which records messages.
    pub fn endpoint(&self) -> Result<Api, StackError> {
        Ok(Api::new(self.field("endpoint")?)?)
    }

    /// The local AWS endpoint, the region and the table.
    pub fn table(&self) -> Result<[&str; 3], StackError> {
        Ok([self.field("endpoint")?, self.field("region")?, self.field("table")?])
    }

    /// The local AWS endpoint, the region and the secret with the keys that sign citizens' tokens.
    pub fn signing_keys(&self) -> Result<[&str; 3], StackError> {
        Ok([self.field("endpoint")?, self.field("region")?, self.field("signing_keys")?])
    }

    /// The secret that makes accounts of phones.
    pub fn seal_secret(&self) -> Result<&str, StackError> {
        self.field("seal_secret")
    }

    /// The folder of the keys that the stack trusts: `keys` beside the file unless it names another.
    #[must_use]
    pub fn keys(&self) -> PathBuf {
        self.optional("keys").map_or_else(|| self.file.with_file_name("keys"), PathBuf::from)
    }

    /// Signs tokens that this stack accepts. Issuer and audience are the template's for a local stack unless the file
    /// names others.
    pub fn signer(&self) -> Result<Signer, StackError> {
        let issuer = self.optional("issuer").map_or_else(|| self.api_url(), Ok)?;
        let audience = self.optional("audience").unwrap_or(DEFAULT_AUDIENCE);
        Ok(Signer::load(&self.keys(), issuer, audience)?)
    }

    /// Sets fields and writes the file, readable by its owner only: it may carry tokens.
    pub fn set(&mut self, fields: impl IntoIterator<Item = (&'static str, Value)>) -> Result<(), StackError> {
        self.fields.extend(fields.into_iter().map(|(name, value)| (name.to_owned(), value)));
        let text = format!("{:#}\n", Value::Object(self.fields.clone()));
        write_whole(&self.file, text.as_bytes(), 0o600)
            .map_err(|source| StackError::File { file: self.file.clone(), source })
    }

    fn field(&self, field: &'static str) -> Result<&str, StackError> {
        self.optional(field).ok_or_else(|| StackError::Missing { file: self.file.clone(), field })
    }

    fn optional(&self, field: &str) -> Option<&str> {
        self.fields.get(field).and_then(Value::as_str)
    }
}
