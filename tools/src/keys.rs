//! The key pair that signs tokens for local use, and the public set that verifies them.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rsa::{KeyPair, KeySize},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use jsonwebtoken::{
    Algorithm, EncodingKey,
    jwk::{Jwk, PublicKeyUse, ThumbprintHash},
};
use serde_json::{Value, json};

use crate::files::write_whole;

/// Why a key could not be made or used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("{} exists: give --replace to sign with a new key from now on", .0.display())]
    Exists(PathBuf),
    #[error("{} has a key named {kid} already", file.display())]
    NameTaken { file: PathBuf, kid: String },
    #[error("{} is no set of JSON Web Keys", .0.display())]
    BadSet(PathBuf),
    #[error("no key in {} fits the private key", .0.display())]
    NoMatch(PathBuf),
    #[error("{} cannot be read or written", file.display())]
    File { file: PathBuf, source: io::Error },
    #[error("no key can be made")]
    Generation,
    #[error("the private key cannot be used")]
    Crypto(#[from] jsonwebtoken::errors::Error),
}

/// What to do where a private key is already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Present {
    Refuse,
    /// The public half stays in the set, so that tokens it signed remain valid.
    Replace,
}

/// Makes an RSA key of 2048 bits: `private.pem` for its owner's eyes only, the public half added to `jwks.json`.
/// Returns the key's name, by default its RFC 7638 thumbprint.
pub fn create(folder: &Path, kid: Option<&str>, present: Present) -> Result<String, KeyError> {
    let private_file = private_file(folder);
    if present == Present::Refuse && private_file.exists() {
        return Err(KeyError::Exists(private_file));
    }
    let (thumbprint, pem) = generate()?;
    let public = public_half(&EncodingKey::from_rsa_pem(pem.as_bytes())?)?;
    let kid = kid.map_or(thumbprint, str::to_owned);
    let set_file = set_file(folder);
    let mut set = if set_file.exists() { read_set(&set_file)? } else { Vec::new() };
    if set.iter().any(|key| key["kid"] == kid.as_str()) {
        return Err(KeyError::NameTaken { file: set_file, kid });
    }
    set.push(described(&public, &kid));
    fs::create_dir_all(folder).map_err(file_error(folder))?;
    let text = format!("{}\n", json!({ "keys": set }));
    write_whole(&private_file, pem.as_bytes(), 0o600).map_err(file_error(&private_file))?;
    write_whole(&set_file, text.as_bytes(), 0o644).map_err(file_error(&set_file))?;
    Ok(kid)
}

/// An RSA key of 2048 bits: its RFC 7638 thumbprint, and the private key in PEM.
pub fn generate() -> Result<(String, String), KeyError> {
    let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError::Generation)?;
    let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| KeyError::Generation)?;
    let pem = to_pem(der.as_ref());
    let public = public_half(&EncodingKey::from_rsa_pem(pem.as_bytes())?)?;
    Ok((public.thumbprint(ThumbprintHash::SHA256)?, pem))
}

/// The private key and the name under which its public half is in the set.
pub fn load(folder: &Path) -> Result<(EncodingKey, String), KeyError> {
    let private_file = private_file(folder);
    let pem = fs::read(&private_file).map_err(file_error(&private_file))?;
    let key = EncodingKey::from_rsa_pem(&pem)?;
    let public = described(&public_half(&key)?, "");
    let set_file = set_file(folder);
    let set = read_set(&set_file)?;
    let mine = set.iter().find(|candidate| candidate["n"] == public["n"]);
    let kid = mine.and_then(|key| key["kid"].as_str()).ok_or(KeyError::NoMatch(set_file))?;
    Ok((key, kid.to_owned()))
}

fn private_file(folder: &Path) -> PathBuf {
    folder.join("private.pem")
}

/// The public set in a folder of keys.
#[must_use]
pub fn set_file(folder: &Path) -> PathBuf {
    folder.join("jwks.json")
}

fn public_half(key: &EncodingKey) -> Result<Jwk, KeyError> {
    let mut public = Jwk::from_encoding_key(key, Algorithm::RS256)?;
    public.common.public_key_use = Some(PublicKeyUse::Signature);
    Ok(public)
}

fn described(public: &Jwk, kid: &str) -> Value {
    let mut fields = serde_json::to_value(public).unwrap_or_else(|_| json!({}));
    fields["kid"] = kid.into();
    fields
}

/// Keys of other kinds in the set are kept as they are.
fn read_set(file: &Path) -> Result<Vec<Value>, KeyError> {
    let text = fs::read_to_string(file).map_err(file_error(file))?;
    let set: Value = serde_json::from_str(&text).map_err(|_| KeyError::BadSet(file.to_owned()))?;
    set["keys"].as_array().cloned().ok_or_else(|| KeyError::BadSet(file.to_owned()))
}

/// PKCS #8 in the textual encoding of RFC 7468.
fn to_pem(der: &[u8]) -> String {
    let mut pem = String::from("-----BEGIN PRIVATE KEY-----\n");
    for (place, letter) in BASE64_STANDARD.encode(der).chars().enumerate() {
        if place > 0 && place % 64 == 0 {
            pem.push('\n');
        }
        pem.push(letter);
    }
    pem.push_str("\n-----END PRIVATE KEY-----\n");
    pem
}

fn file_error(file: &Path) -> impl FnOnce(io::Error) -> KeyError {
    let file = file.to_owned();
    move |source| KeyError::File { file, source }
}
