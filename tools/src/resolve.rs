//! Names under `localhost` are this machine (RFC 6761, section 6.3), also where the system's resolver does not say so.
//! Local API hosts look like `<id>.execute-api.localhost`.

use std::net::{Ipv4Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Resolves names under `localhost` to 127.0.0.1 and asks the system for all others.
pub struct LocalhostFirst;

impl Resolve for LocalhostFirst {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        Box::pin(async move {
            if is_localhost(&host) {
                let here: Addrs = Box::new(std::iter::once(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))));
                return Ok(here);
            }
            let found: Vec<SocketAddr> = tokio::net::lookup_host((host.as_str(), 0)).await?.collect();
            let found: Addrs = Box::new(found.into_iter());
            Ok(found)
        })
    }
}

fn is_localhost(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    host == "localhost" || host.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_labels_count() {
        for local in ["localhost", "LOCALHOST.", "5107c0de.execute-api.localhost"] {
            assert!(is_localhost(local), "{local}");
        }
        for other in ["notlocalhost", "localhost.example", "execute-api.example"] {
            assert!(!is_localhost(other), "{other}");
        }
    }
}
