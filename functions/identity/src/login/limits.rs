use vaxslot_api::env::{BadEnv, number_or, optional};
use vaxslot_domain::{SignedDuration, bucket::Allowance, person::Phone};

/// What a deployment decides about codes.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How numbers begin that codes are sent to, such as `+91`.
    pub countries: Vec<String>,
    /// How many codes may be sent in a day, to all together.
    pub codes_a_day: u32,
    /// How many codes one address may ask for in an hour: a mobile network puts thousands of people behind one.
    pub codes_an_address: u32,
}

impl Settings {
    /// `CODE_COUNTRIES` (normally `+91`; more are separated by commas), `CODES_PER_DAY` (1 to 100 million, normally 200,000) and
    /// `CODES_PER_ADDRESS` (an hour; 1 to 100,000, normally 300).
    pub fn from_env() -> Result<Self, BadEnv> {
        let countries = optional("CODE_COUNTRIES")?.unwrap_or_else(|| "+91".to_owned());
        let countries: Vec<_> = countries.split(',').map(|country| country.trim().to_owned()).collect();
        let calling_code = |country: &String| {
            let digits = country.strip_prefix('+').unwrap_or_default();
            (1..=7).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !countries.iter().all(calling_code) {
            let why = "it must be calling codes such as +91, separated by commas".to_owned();
            return Err(BadEnv::Bad { name: "CODE_COUNTRIES", why });
        }
        Ok(Self {
            countries,
            codes_a_day: number_or("CODES_PER_DAY", 200_000, 1..=100_000_000)?,
            codes_an_address: number_or("CODES_PER_ADDRESS", 300, 1..=100_000)?,
        })
    }

    pub fn serve(&self, phone: &Phone) -> bool {
        self.countries.iter().any(|country| phone.as_str().starts_with(country))
    }

    /// The codes of all, in one of so many buckets that none is hot.
    pub fn all(&self) -> Allowance {
        Allowance::per((self.codes_a_day / PARTS).max(1), DAY)
    }

    pub fn address(&self) -> Allowance {
        Allowance::per(self.codes_an_address, SignedDuration::from_hours(1))
    }
}

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// In how many buckets the codes of all are counted.
pub const PARTS: u32 = 16;

/// Codes for one phone that one address may ask for: three, and another each ten minutes. It is far below what the phone may get,
/// so that a stranger who asks for codes does not lock out the phone's owner.
pub fn pair() -> Allowance {
    Allowance { burst: 3, every: SignedDuration::from_mins(10) }
}

/// Codes for one phone, whoever asks.
pub fn phone() -> Allowance {
    Allowance::per(12, DAY)
}

/// Tries to redeem and renew of one address.
pub fn redeeming() -> Allowance {
    Allowance::per(3_000, SignedDuration::from_hours(1))
}
