//! The embedded engine, in a process of its own so that its share of the processor can be told.

use std::{path::PathBuf, process::Stdio, time::Duration};

use tokio::{
    net::{TcpListener, TcpStream},
    process::{Child, Command},
    time::sleep,
};

use crate::{Outcome, cpu};

/// An engine without any data, in memory.
pub struct Dynoxide {
    pub endpoint: String,
    process: Child,
}

impl Dynoxide {
    pub async fn start() -> Outcome<Self> {
        let binary = std::env::var("DYNOXIDE").unwrap_or_else(|_| ".tools/dynoxide/bin/dynoxide".to_owned());
        let port = free_port().await?;
        let process = Command::new(PathBuf::from(&binary))
            .args(["serve", "--host", "127.0.0.1", "--log", "quiet", "--port", &port.to_string()])
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("{binary}: {error}: run `make bench`, which installs it"))?;
        wait_for(port).await?;
        Ok(Self { endpoint: format!("http://127.0.0.1:{port}"), process })
    }

    /// The processor time it has had so far.
    pub fn cpu(&self) -> Outcome<Duration> {
        cpu::of(&self.process)
    }

    pub async fn stop(mut self) -> Outcome<()> {
        Ok(self.process.kill().await?)
    }
}

/// A port that nobody listened on a moment ago.
pub async fn free_port() -> Outcome<u16> {
    Ok(TcpListener::bind("127.0.0.1:0").await?.local_addr()?.port())
}

/// Returns when somebody listens on a port of this machine.
pub async fn wait_for(port: u16) -> Outcome<()> {
    for _ in 0..300 {
        if TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
            return Ok(());
        }
        sleep(Duration::from_millis(50)).await;
    }
    Err(format!("nothing came to listen on port {port}").into())
}
