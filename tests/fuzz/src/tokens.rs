//! Tokens: none gets in that is not signed, and of those that are only the ones whose claims say so.

use std::sync::LazyLock;

use serde_json::Value;
use vaxslot_api::token::TokenVerifier;
use vaxslot_domain::Timestamp;
use vaxslot_testkit::issuer;

/// 21 November 2026.
const NOW: i64 = 1_795_255_200;
const LEEWAY: f64 = vaxslot_api::token::LEEWAY_SECONDS;

static VERIFIER: LazyLock<TokenVerifier> = LazyLock::new(|| {
    TokenVerifier::from_jwks(issuer::ISSUER, issuer::AUDIENCE, &issuer::jwks()).expect("keys that can be used")
});

/// Claims that are signed, if it is JSON; a token as it stands, if not.
pub fn run(data: &[u8]) {
    let now = Timestamp::from_second(NOW).expect("a time");
    let Ok(claims) = serde_json::from_slice::<Value>(data) else {
        let token = String::from_utf8_lossy(data);
        assert!(VERIFIER.verify(&token, now).is_err(), "nobody signed {token}");
        return;
    };
    let token = issuer::signed(&claims);
    if VERIFIER.verify(&token, now).is_ok() {
        assert_eq!(claims["iss"], issuer::ISSUER);
        let audience = &claims["aud"];
        assert!(
            audience == issuer::AUDIENCE
                || audience.as_array().is_some_and(|all| all.contains(&issuer::AUDIENCE.into()))
        );
        let time = |name: &str| claims[name].as_f64();
        #[expect(clippy::cast_precision_loss, reason = "seconds of this century fit")]
        let now = NOW as f64;
        assert!(time("exp").is_some_and(|until| now - LEEWAY < until), "{claims}");
        assert!(time("nbf").is_none_or(|from| from <= now + LEEWAY), "{claims}");
        let role = claims["role"].as_str();
        assert!(role.is_some_and(|role| ["citizen", "operator", "admin", "analyst"].contains(&role)), "{claims}");
        assert!(claims["sub"].as_str().is_some_and(|subject| !subject.is_empty()), "{claims}");
    }
}
