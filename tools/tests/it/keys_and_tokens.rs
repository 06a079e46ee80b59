//! Keys, the tokens they sign, and the file of a stack.

use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf};

use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, TokenData, Validation, decode, decode_header, jwk::JwkSet};
use vaxslot::{
    keys::{self, KeyError, Present},
    stack::Stack,
    token::{Claims, Signer},
    tokens,
};
use vaxslot_domain::access::{Caller, Region};

/// A folder of this test alone, empty and gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("vaxslot-{}-{name}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

const ISSUER: &str = "http://127.0.0.1:4567";
/// Early in 2050, so that tokens of the test are valid whenever it runs.
const NOW: i64 = 2_524_608_000;

fn now() -> Timestamp {
    Timestamp::from_second(NOW).unwrap()
}

fn set(folder: &Folder) -> JwkSet {
    serde_json::from_slice(&fs::read(keys::set_file(&folder.0)).unwrap()).unwrap()
}

/// Verifies as the service does, by the key that the token names.
fn verified(folder: &Folder, token: &str) -> Claims {
    let kid = decode_header(token).unwrap().kid.unwrap();
    let key = DecodingKey::from_jwk(set(folder).find(&kid).unwrap()).unwrap();
    let mut rules = Validation::new(Algorithm::RS256);
    rules.set_audience(&["vaxslot"]);
    rules.set_issuer(&[ISSUER]);
    let TokenData { claims, .. } = decode(token, &key, &rules).unwrap();
    claims
}

#[test]
fn a_key_is_private_and_never_overwritten_by_accident() {
    let folder = Folder::new("overwrite");
    let first = keys::create(&folder.0, None, Present::Refuse).unwrap();
    let private = folder.0.join("private.pem");
    assert_eq!(fs::metadata(&private).unwrap().permissions().mode() & 0o777, 0o600);
    let before = fs::read(&private).unwrap();
    assert!(matches!(keys::create(&folder.0, None, Present::Refuse), Err(KeyError::Exists(_))));
    assert_eq!(fs::read(&private).unwrap(), before);
    let second = keys::create(&folder.0, Some("second"), Present::Replace).unwrap();
    assert!(matches!(keys::create(&folder.0, Some("second"), Present::Replace), Err(KeyError::NameTaken { .. })));
    let names: Vec<_> = set(&folder).keys.into_iter().map(|key| key.common.key_id.unwrap()).collect();
    assert_eq!(names, [first, second]);
}

#[test]
fn a_token_verifies_and_says_who_its_bearer_is() {
    let folder = Folder::new("claims");
    keys::create(&folder.0, None, Present::Refuse).unwrap();
    let signer = Signer::load(&folder.0, ISSUER, "vaxslot").unwrap();
    let claims = |caller: Caller| verified(&folder, &signer.sign(&caller, "someone", now(), 8).unwrap());
    let citizen = Caller::Citizen { account: "a-1".parse().unwrap(), phone: Some("+919800000000".parse().unwrap()) };
    let citizen = claims(citizen);
    assert_eq!((citizen.sub.as_str(), citizen.role.as_str()), ("a-1", "citizen"));
    assert_eq!(citizen.phone_number.as_deref(), Some("+919800000000"));
    assert_eq!((citizen.iat, citizen.exp), (NOW, NOW + 8 * 3600));
    let operator = claims(Caller::Operator { centers: [13274.try_into().unwrap(), 7.try_into().unwrap()].into() });
    assert_eq!((operator.sub.as_str(), operator.centers), ("someone", Some(vec![7, 13274])));
    let admin = claims(Caller::Admin { region: Region::Country });
    assert_eq!((admin.role.as_str(), admin.state_id, admin.district_id), ("admin", None, None));
    let analyst = claims(Caller::Analyst { region: Region::District(363.try_into().unwrap()) });
    assert_eq!((analyst.role.as_str(), analyst.district_id), ("analyst", Some(363)));
}

#[test]
fn the_key_that_signs_is_the_one_named_after_a_change_of_keys() {
    let folder = Folder::new("rotation");
    keys::create(&folder.0, Some("old"), Present::Refuse).unwrap();
    let admin = Caller::Admin { region: Region::Country };
    let sign = || Signer::load(&folder.0, ISSUER, "vaxslot").unwrap().sign(&admin, "x", now(), 1).unwrap();
    let old = sign();
    keys::create(&folder.0, Some("new"), Present::Replace).unwrap();
    let new = sign();
    assert_eq!(decode_header(&new).unwrap().kid.as_deref(), Some("new"));
    assert_eq!(verified(&folder, &old).role, verified(&folder, &new).role);
}

#[test]
fn a_stack_gets_a_token_for_each_role_and_keeps_the_rest_of_its_file() {
    let folder = Folder::new("stack");
    keys::create(&folder.0.join("keys"), None, Present::Refuse).unwrap();
    let file = folder.0.join("stack.json");
    fs::write(&file, format!(r#"{{"api": "{ISSUER}", "pages": "http://127.0.0.1:4569", "table": "Vaxslot"}}"#))
        .unwrap();
    let mut out = Vec::new();
    tokens::write(&mut Stack::load(&file).unwrap(), now(), &mut out).unwrap();
    let written: serde_json::Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    assert_eq!(written["table"], "Vaxslot");
    assert_eq!(written["pages"], "http://127.0.0.1:4569");
    let keys = Folder(folder.0.join("keys"));
    for role in ["citizen", "operator", "admin", "analyst"] {
        let token = written["tokens"][role].as_str().unwrap();
        assert_eq!(verified(&keys, token).role, role);
        assert!(String::from_utf8_lossy(&out).contains(token));
    }
}
