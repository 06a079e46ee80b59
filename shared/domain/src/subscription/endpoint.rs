use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

use super::is_public;
use crate::{preferences::Email, text::is_host};

/// A way to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    Https,
    Sqs,
    Email,
}

impl Protocol {
    pub const ALL: [Self; 3] = [Self::Https, Self::Sqs, Self::Email];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Https => "https",
            Self::Sqs => "sqs",
            Self::Email => "email",
        }
    }
}

/// A text that is no protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be https, sqs or email")]
pub struct BadProtocol;

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Protocol {
    type Err = BadProtocol;

    fn from_str(text: &str) -> Result<Self, BadProtocol> {
        Self::ALL.into_iter().find(|protocol| protocol.name() == text).ok_or(BadProtocol)
    }
}

/// Why an address cannot be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadEndpoint {
    #[error(
        "a webhook is an https:// address of up to 500 visible ASCII characters, without a user, a password or a fragment"
    )]
    Webhook,
    #[error("the address is not one that everybody can reach")]
    Private,
    #[error("a queue is the ARN of a standard SQS queue")]
    Queue,
    #[error(transparent)]
    Email(#[from] crate::preferences::BadEmail),
}

/// An address on the web. Not shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Webhook {
    text: String,
    secure: bool,
    host: Host,
    port: u16,
}

#[derive(Clone, PartialEq, Eq)]
enum Host {
    Address(IpAddr),
    Name(String),
}

/// Whom to tell. Not shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub enum Endpoint {
    Webhook(Webhook),
    Queue(String),
    Email(Email),
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({})", self.protocol())
    }
}

const LONGEST: usize = 500;

impl Endpoint {
    /// Reads an address. `local` lets webhooks of this machine pass, also without encryption: for tests alone.
    ///
    /// # Errors
    /// When it is none, or can be seen to be of no public server.
    pub fn parse(protocol: Protocol, text: &str, local: bool) -> Result<Self, BadEndpoint> {
        Ok(match protocol {
            Protocol::Https => Self::Webhook(Webhook::parse(text, local)?),
            Protocol::Sqs => Self::Queue(queue(text)?),
            Protocol::Email => Self::Email(text.parse()?),
        })
    }

    #[must_use]
    pub fn protocol(&self) -> Protocol {
        match self {
            Self::Webhook(_) => Protocol::Https,
            Self::Queue(_) => Protocol::Sqs,
            Self::Email(_) => Protocol::Email,
        }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Webhook(webhook) => &webhook.text,
            Self::Queue(arn) => arn,
            Self::Email(email) => email.as_str(),
        }
    }

    /// What the topic is told: webhooks of this machine may do without encryption.
    #[must_use]
    pub fn scheme(&self) -> &'static str {
        match self {
            Self::Webhook(Webhook { secure: false, .. }) => "http",
            other => other.protocol().name(),
        }
    }

    /// The address with all hidden that tells who it is.
    #[must_use]
    pub fn masked(&self) -> String {
        match self {
            Self::Webhook(webhook) => {
                let scheme = if webhook.secure { "https" } else { "http" };
                match &webhook.host {
                    Host::Address(_) => format!("{scheme}://…"),
                    Host::Name(name) => {
                        let domain = name.rsplitn(3, '.').take(2).collect::<Vec<_>>();
                        let end = domain.into_iter().rev().collect::<Vec<_>>().join(".");
                        format!("{scheme}://…{end}/…")
                    }
                }
            }
            Self::Queue(arn) => format!("{}:…", arn.splitn(5, ':').take(4).collect::<Vec<_>>().join(":")),
            Self::Email(email) => format!("…@{}", email.as_str().rsplit('@').next().unwrap_or_default()),
        }
    }
}

impl Webhook {
    fn parse(text: &str, local: bool) -> Result<Self, BadEndpoint> {
        let visible = text.len() <= LONGEST && text.bytes().all(|byte| byte.is_ascii_graphic());
        if !visible || text.contains(['#', '\\', '"', '<', '>', '`']) {
            return Err(BadEndpoint::Webhook);
        }
        let (secure, rest) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
            (Some(rest), _) => (true, rest),
            (_, Some(rest)) if local => (false, rest),
            _ => return Err(BadEndpoint::Webhook),
        };
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        if authority.contains('@') {
            return Err(BadEndpoint::Webhook);
        }
        let (host, port) = split_port(authority, if secure { 443 } else { 80 })?;
        let webhook = Self { text: text.to_owned(), secure, host: read_host(host)?, port };
        let fine = match &webhook.host {
            Host::Address(address) => is_public(*address) && secure || local && address.is_loopback(),
            Host::Name(_) => secure,
        };
        if fine { Ok(webhook) } else { Err(BadEndpoint::Private) }
    }

    /// The name that is still to be looked up, and the port; none where the address stands there.
    #[must_use]
    pub fn name(&self) -> Option<(&str, u16)> {
        match &self.host {
            Host::Address(_) => None,
            Host::Name(name) => Some((name, self.port)),
        }
    }
}

fn split_port(authority: &str, usual: u16) -> Result<(&str, u16), BadEndpoint> {
    // The colons of an IPv6 address stand in brackets.
    let after = authority.rfind(']').map_or(0, |place| place + 1);
    match authority[after..].find(':') {
        None => Ok((authority, usual)),
        Some(place) => {
            let (host, port) = (&authority[..after + place], &authority[after + place + 1..]);
            let digits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
            let port = port.parse().ok().filter(|port| digits && *port > 0).ok_or(BadEndpoint::Webhook)?;
            Ok((host, port))
        }
    }
}

fn read_host(host: &str) -> Result<Host, BadEndpoint> {
    if let Some(inside) = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        let address: Ipv6Addr = inside.parse().map_err(|_| BadEndpoint::Webhook)?;
        return Ok(Host::Address(address.into()));
    }
    let last = host.rsplit('.').next().unwrap_or_default();
    // What ends in a number is an IPv4 address to whoever opens it, in ever so odd spellings: only the usual one is read.
    if last.starts_with(|first: char| first.is_ascii_digit()) {
        let address: Ipv4Addr = host.parse().map_err(|_| BadEndpoint::Private)?;
        return Ok(Host::Address(address.into()));
    }
    if host.len() > 253 || !is_host(host) {
        return Err(BadEndpoint::Webhook);
    }
    let last = last.to_ascii_lowercase();
    if !host.contains('.')
        || ["localhost", "local", "internal", "intranet", "lan", "home", "corp", "arpa"].contains(&&*last)
    {
        return Err(BadEndpoint::Private);
    }
    Ok(Host::Name(host.to_ascii_lowercase()))
}

/// `arn:aws:sqs:region:account:name`.
fn queue(text: &str) -> Result<String, BadEndpoint> {
    let parts: Vec<&str> = text.split(':').collect();
    let ["arn", partition, "sqs", region, account, name] = parts[..] else { return Err(BadEndpoint::Queue) };
    let word = |text: &str, more: &[u8]| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || more.contains(&byte))
    };
    let fine = ["aws", "aws-cn", "aws-us-gov"].contains(&partition)
        && word(region, b"-")
        && region.len() <= 30
        && account.len() == 12
        && account.bytes().all(|byte| byte.is_ascii_digit())
        && word(name, b"-_")
        && name.len() <= 80;
    if fine { Ok(text.to_owned()) } else { Err(BadEndpoint::Queue) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn webhook(text: &str) -> Result<Endpoint, BadEndpoint> {
        Endpoint::parse(Protocol::Https, text, false)
    }

    #[test]
    fn webhooks_are_public_addresses_on_the_web() {
        for good in [
            "https://hooks.example.org/vaxslot?key=1",
            "https://example.org",
            "https://example.org:8443/a",
            "https://8.8.8.8/hook",
            "https://[2606:4700::1111]:443/",
            "https://xn--p1b6ci4b4b3a.xn--11b5bs3a9aj6g/",
        ] {
            assert!(webhook(good).is_ok(), "{good}");
        }
        for bad in [
            "http://example.org/",
            "ftp://example.org/",
            "https://",
            "https:///a",
            "https://user@example.org/",
            "https://user:word@example.org/",
            "https://example.org#part",
            "https://exa mple.org/",
            "https://example.org\\@10.0.0.1/",
            "https://example.org:0/",
            "https://example.org:65536/",
            "https://example.org:/",
            "https://example.org:+443/",
            "https://-a.example.org/",
            "https://a..b/",
            "https://example.org./",
            "https://127.0.0.1./",
            "https://localhost./",
            "https://[::1",
            "https://[fe80::1%25eth0]/",
            "https://पुणे.example/",
        ] {
            assert_eq!(webhook(bad).err(), Some(BadEndpoint::Webhook), "{bad}");
        }
        assert_eq!(webhook(&format!("https://example.org/{}", "a".repeat(500))).err(), Some(BadEndpoint::Webhook));
    }

    #[test]
    fn addresses_inside_are_refused_in_whatever_spelling() {
        for private in [
            "https://127.0.0.1/",
            "https://127.1/",
            "https://%31%32%37.0.0.1/",
            "https://2130706433/",
            "https://0x7f.0.0.1/",
            "https://0177.0.0.1/",
            "https://10.0.0.1:8443/",
            "https://192.168.0.1/",
            "https://169.254.169.254/latest/meta-data/",
            "https://0.0.0.0/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[fd00::1]/",
            "https://[fe80::1]/",
            "https://localhost/",
            "https://LOCALHOST/",
            "https://printer/",
            "https://api.localhost/",
            "https://db.internal/",
            "https://nas.local/",
        ] {
            assert_eq!(webhook(private).err(), Some(BadEndpoint::Private), "{private}");
        }
    }

    #[test]
    fn this_machine_is_let_pass_for_tests_alone() {
        let local = |text| Endpoint::parse(Protocol::Https, text, true);
        assert_eq!(local("http://127.0.0.1:8080/hook").map(|endpoint| endpoint.scheme()), Ok("http"));
        assert!(local("https://[::1]:8443/").is_ok());
        for bad in ["http://10.0.0.1/", "http://example.org/", "https://169.254.169.254/", "http://8.8.8.8/"] {
            assert_eq!(local(bad).err(), Some(BadEndpoint::Private), "{bad}");
        }
    }

    #[test]
    fn queues_are_standard_ones_by_their_arn() {
        let queue = |text| Endpoint::parse(Protocol::Sqs, text, false);
        assert!(queue("arn:aws:sqs:ap-south-1:123456789012:slots").is_ok());
        for bad in [
            "",
            "slots",
            "arn:aws:sns:ap-south-1:123456789012:slots",
            "arn:aws:sqs:ap-south-1:123456789012:slots.fifo",
            "arn:aws:sqs:ap-south-1:12345:slots",
            "arn:aws:sqs::123456789012:slots",
            "arn:aws:sqs:ap-south-1:123456789012:",
            "https://sqs.ap-south-1.amazonaws.com/123456789012/slots",
        ] {
            assert_eq!(queue(bad).err(), Some(BadEndpoint::Queue), "{bad}");
        }
    }

    #[test]
    fn what_is_shown_of_an_address_tells_nobody_whose_it_is() {
        for (protocol, text, masked) in [
            (Protocol::Https, "https://asha.hooks.example.org/asha?key=1", "https://…example.org/…"),
            (Protocol::Https, "https://8.8.8.8/asha", "https://…"),
            (Protocol::Sqs, "arn:aws:sqs:ap-south-1:123456789012:asha", "arn:aws:sqs:ap-south-1:…"),
            (Protocol::Email, "asha@example.org", "…@example.org"),
        ] {
            let endpoint = Endpoint::parse(protocol, text, false).unwrap();
            assert_eq!(endpoint.masked(), masked);
            assert_eq!(format!("{endpoint:?}"), format!("Endpoint({protocol})"));
        }
    }
}
