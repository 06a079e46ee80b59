use std::{net::IpAddr, time::Duration};

use async_trait::async_trait;

/// How long a name is looked up.
const PATIENCE: Duration = Duration::from_secs(2);

/// Looks names of servers up.
#[async_trait]
pub trait Names: Send + Sync {
    /// Every address that a name stands for; none if it stands for nothing that can be found in time.
    async fn addresses(&self, name: &str, port: u16) -> Vec<IpAddr>;
}

/// The resolver of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemNames;

#[async_trait]
impl Names for SystemNames {
    async fn addresses(&self, name: &str, port: u16) -> Vec<IpAddr> {
        let found = tokio::time::timeout(PATIENCE, tokio::net::lookup_host((name, port))).await;
        found.ok().and_then(Result::ok).map(|found| found.map(|address| address.ip()).collect()).unwrap_or_default()
    }
}
