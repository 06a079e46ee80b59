//! The release binaries, run as Lambda runs them: behind a runtime API, here that of `cargo lambda watch`.

use std::{process::Stdio, time::Duration};

use reqwest::Client;
use tokio::process::{Child, Command};

use crate::{Outcome, setting::Setting};

const PORT: u16 = 9_187;

/// How many requests a function takes at once.
pub const CONCURRENCY: usize = 16;

/// A runtime API, and a client for what it serves.
pub struct Runtime {
    pub http: Client,
    address: String,
    watch: Child,
}

impl Runtime {
    pub async fn start(setting: &Setting) -> Outcome<Self> {
        let port = PORT.to_string();
        let watch = Command::new(&setting.cargo_lambda)
            .args(["lambda", "watch", "--only-lambda-apis", "--invoke-address", "127.0.0.1", "--invoke-port", &port])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let http = Client::builder().timeout(Duration::from_secs(30)).build()?;
        let runtime = Self { http, address: format!("127.0.0.1:{PORT}"), watch };
        runtime.wait_for_port().await?;
        Ok(runtime)
    }

    async fn wait_for_port(&self) -> Outcome<()> {
        for _ in 0..100 {
            if tokio::net::TcpStream::connect(&self.address).await.is_ok() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Err("`cargo lambda watch` did not open its port".into())
    }

    /// Starts a function on a table of the service at `aws`.
    pub fn function(&self, setting: &Setting, name: &'static str, table: &str, aws: &str) -> Outcome<Function> {
        let runtime = format!("http://{}/.rt/{name}", self.address);
        let mut variables = setting.environment(table, name, &runtime, CONCURRENCY);
        variables.insert("AWS_ENDPOINT_URL".to_owned(), aws.to_owned());
        let process =
            Command::new(setting.binary(name)).envs(variables).stdout(Stdio::null()).kill_on_drop(true).spawn()?;
        Ok(Function { address: self.address.clone(), name, process })
    }

    pub async fn stop(mut self) -> Outcome<()> {
        Ok(self.watch.kill().await?)
    }
}

/// A function that runs.
pub struct Function {
    address: String,
    name: &'static str,
    process: Child,
}

impl Function {
    /// The address of one of its routes.
    pub fn url(&self, route: &str) -> String {
        format!("http://{}/lambda-url/{}{route}", self.address, self.name)
    }

    /// Where it takes events that are no requests.
    pub fn invocations(&self) -> String {
        format!("http://{}/2015-03-31/functions/{}/invocations", self.address, self.name)
    }

    /// The most memory that it had resident so far, in MB of 1024 * 1024 bytes.
    pub fn peak_memory(&self) -> Outcome<u64> {
        let id = self.process.id().ok_or_else(|| format!("`{}` has ended", self.name))?;
        let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
        let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kilobytes.div_ceil(1024))
    }

    pub async fn stop(mut self) -> Outcome<()> {
        Ok(self.process.kill().await?)
    }
}
