use std::{net::IpAddr, sync::Arc};

use uuid::Uuid;
use vaxslot_api::{extract::block, seal::Sealer};
use vaxslot_app::{
    ports::{Buckets, Chance, Host, Sms, StoreError, Tried},
    retry::persist,
};
use vaxslot_domain::{SignedDuration, Timestamp, bucket::Allowance, id::AccountId, person::Phone};

use super::{
    code::{COUNTS, Code, TRIES},
    limits::{self, PARTS, Settings},
    refresh::Refresh,
    rows::{Logins, Session},
    secrets::{Opened, Vault},
    tokens::{ACCESS, Claims, NoKey, Who},
};

/// How long a login lasts, however often its tokens are renewed.
pub const LASTS: SignedDuration = SignedDuration::from_hours(30 * 24);

/// How long the refresh token before the last gets the last one once more: its answer may have been lost on the way.
const REPEAT: SignedDuration = SignedDuration::from_secs(30);

/// A code on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    pub challenge: Uuid,
    pub counts: SignedDuration,
}

/// What a person who is logged in holds.
#[derive(Clone, PartialEq, Eq)]
pub struct Tokens {
    pub access: String,
    pub counts: SignedDuration,
    pub refresh: String,
}

/// Why somebody is not logged in.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    #[error("no codes are sent to numbers of this country")]
    NotServed,
    #[error("too many requests")]
    TooMany(SignedDuration),
    #[error("the code is wrong")]
    WrongCode { left: u32 },
    #[error("there is no such code, or it counts no more")]
    CodeOver,
    #[error("the login has ended")]
    Ended,
    #[error(transparent)]
    NoKey(#[from] NoKey),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Logging in.
pub struct Login {
    pub logins: Arc<dyn Logins>,
    pub buckets: Arc<dyn Buckets>,
    pub sms: Arc<dyn Sms>,
    pub vault: Arc<Vault>,
    pub host: Arc<dyn Host>,
    pub chance: Arc<dyn Chance>,
    pub settings: Settings,
    pub issuer: String,
    pub audience: String,
}

impl Login {
    /// Sends a code to a phone, whether or not anybody ever logged in with it.
    ///
    /// # Errors
    /// When none is sent.
    pub async fn send_code(&self, phone: &Phone, from: IpAddr) -> Result<Sent, LoginError> {
        if !self.settings.serve(phone) {
            return Err(LoginError::NotServed);
        }
        let opened = self.vault.open().await?;
        self.count_code(&opened.sealer, phone, from).await?;
        let (challenge, code) = (self.host.uuid(), Code::draw(&*self.chance));
        let until = later(self.host.now(), COUNTS);
        let mac =
            opened.sealer.name("code", &[challenge.as_bytes(), phone.as_str().as_bytes(), code.digits().as_bytes()]);
        persist(&*self.host, || self.logins.file(challenge, &mac, until)).await?;
        // Not repeated by itself: a message more costs more than a click more.
        self.sms.send(phone, &message(code), "code.en").await?;
        Ok(Sent { challenge, counts: COUNTS })
    }

    /// Redeems a code, once.
    ///
    /// # Errors
    /// When it is not the one that was sent, or counts no more.
    pub async fn redeem(&self, phone: &Phone, challenge: Uuid, code: Code, from: IpAddr) -> Result<Tokens, LoginError> {
        let opened = self.vault.open().await?;
        self.count_redeeming(&opened.sealer, from).await?;
        let now = self.host.now();
        // Not repeated: a try whose answer was lost may have been counted, and more must not be.
        let filed = self.logins.try_code(challenge, now).await?.ok_or(LoginError::CodeOver)?;
        let mac =
            opened.sealer.name("code", &[challenge.as_bytes(), phone.as_str().as_bytes(), code.digits().as_bytes()]);
        if aws_lc_rs::constant_time::verify_slices_are_equal(mac.as_bytes(), filed.mac.as_bytes()).is_err() {
            let left = TRIES.saturating_sub(filed.tries);
            return Err(LoginError::WrongCode { left });
        }
        let attempt = self.host.uuid();
        if !persist(&*self.host, || self.logins.use_up(challenge, attempt)).await? {
            return Err(LoginError::CodeOver);
        }
        let session = Session {
            account: opened.sealer.account(phone),
            phone: phone.clone(),
            generation: 0,
            renewed_at: now,
            until: later(now, LASTS),
            ended: false,
        };
        let id = self.host.uuid();
        let tokens = self.tokens(&opened, id, &session).await?;
        persist(&*self.host, || self.logins.begin(id, &session)).await?;
        Ok(tokens)
    }

    /// Renews tokens: the refresh token counts once. One that was used before ends its login, because two hold it.
    ///
    /// # Errors
    /// When it is not genuine, or its login has ended.
    pub async fn renew(&self, token: &str, from: IpAddr) -> Result<Tokens, LoginError> {
        let opened = self.vault.open().await?;
        let refresh = Refresh::open(token, &opened.sealer).ok_or(LoginError::Ended)?;
        self.count_redeeming(&opened.sealer, from).await?;
        let (account, id, now) = (&refresh.account, refresh.session, self.host.now());
        let session = self.running(account, id, now).await?;
        let session = if session.generation == refresh.generation {
            persist(&*self.host, || self.logins.renew(account, id, refresh.generation, now)).await?;
            // Renewed by this request, or by the same one at the same moment.
            self.running(account, id, now).await?
        } else {
            session
        };
        let repeated = session.generation == refresh.generation + 1 && now.duration_since(session.renewed_at) <= REPEAT;
        if !repeated {
            persist(&*self.host, || self.logins.end(account, id)).await?;
            tracing::warn!("a refresh token was used again: its login is ended");
            return Err(LoginError::Ended);
        }
        self.tokens(&opened, id, &session).await
    }

    /// Ends a login. A token that is not genuine changes nothing, and nobody is told.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn log_out(&self, token: &str) -> Result<(), LoginError> {
        let opened = self.vault.open().await?;
        if let Some(refresh) = Refresh::open(token, &opened.sealer) {
            persist(&*self.host, || self.logins.end(&refresh.account, refresh.session)).await?;
        }
        Ok(())
    }

    async fn running(&self, account: &AccountId, id: Uuid, now: Timestamp) -> Result<Session, LoginError> {
        let session = persist(&*self.host, || self.logins.session(account, id)).await?;
        session.filter(|session| !session.ended && session.until > now).ok_or(LoginError::Ended)
    }

    /// Tokens of a citizen, or of staff to whose account a role is granted: as it is granted now.
    async fn tokens(&self, opened: &Opened, id: Uuid, session: &Session) -> Result<Tokens, LoginError> {
        let granted = persist(&*self.host, || self.logins.granted(&session.account)).await?;
        let now = self.host.now();
        let claims = Claims {
            iss: &self.issuer,
            aud: &self.audience,
            sub: session.account.as_str(),
            iat: now.as_second(),
            exp: later(now, ACCESS).as_second(),
            who: granted.as_ref().map_or_else(|| Who::citizen(&session.phone), Who::staff),
        };
        let access = opened.keys.sign(&claims, now)?;
        let refresh = Refresh { account: session.account.clone(), session: id, generation: session.generation }
            .seal(&opened.sealer);
        Ok(Tokens { access, counts: ACCESS, refresh })
    }

    /// The bucket of few comes before that of many, so that who is refused has taken nothing from others.
    async fn count_code(&self, sealer: &Sealer, phone: &Phone, from: IpAddr) -> Result<(), LoginError> {
        let (phone, from) = (phone.as_str().as_bytes(), block(from));
        self.count(&format!("code/{}", sealer.name("pair", &[phone, &from])), limits::pair()).await?;
        self.count(&format!("code/{}", sealer.name("address", &[&from])), self.settings.address()).await?;
        self.count(&format!("code/{}", sealer.name("phone", &[phone])), limits::phone()).await?;
        let part = self.host.random() % u64::from(PARTS);
        self.count(&format!("code/all/{part}"), self.settings.all()).await
    }

    async fn count_redeeming(&self, sealer: &Sealer, from: IpAddr) -> Result<(), LoginError> {
        let bucket = format!("token/{}", sealer.name("address", &[&block(from)]));
        self.count(&bucket, limits::redeeming()).await
    }

    async fn count(&self, bucket: &str, allowance: Allowance) -> Result<(), LoginError> {
        match persist(&*self.host, || self.buckets.take(bucket, allowance, self.host.now())).await? {
            Tried::Done(()) => Ok(()),
            Tried::Refused(wait) => Err(LoginError::TooMany(wait)),
        }
    }
}

fn message(code: Code) -> String {
    format!("{} is your Vaxslot code. It counts for 3 minutes. Tell it to nobody: we never ask for it.", code.digits())
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).unwrap_or(Timestamp::MAX)
}
