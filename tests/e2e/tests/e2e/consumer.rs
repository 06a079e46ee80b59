//! The example of a webhook that others may take along, on this machine.

use std::{
    path::Path,
    process::Stdio,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use crate::stage::{Stage, text};

/// How often to look, ten times a second.
const LOOKS: u32 = 900;

/// The process, and the lines it has printed. It prints what SNS has signed, each time that it comes, and nothing else.
pub struct Consumer {
    _process: Child,
    lines: Arc<Mutex<Vec<String>>>,
    pub address: String,
}

impl Consumer {
    pub async fn start(stage: &Stage) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let file = std::fs::read_to_string(stage.stack.file()).expect("the stack's description");
        let file: Value = serde_json::from_str(&file).expect("JSON");
        let mut process = Command::new(root.join(".tools/endpoint/bin/python"))
            .arg(root.join("tools/webhook/consumer.py"))
            .args(["--topic", &text(&file["availability_topic"]), "--sns", &text(&file["endpoint"])])
            .args(["--port", "0", "--by-hand", "--whole"])
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the example consumer");
        let mut printed = BufReader::new(process.stdout.take().expect("its output")).lines();
        let lines: Arc<Mutex<Vec<String>>> = Arc::default();
        let kept = lines.clone();
        tokio::spawn(async move {
            while let Ok(Some(line)) = printed.next_line().await {
                kept.lock().unwrap_or_else(PoisonError::into_inner).push(line);
            }
        });
        let mut consumer = Self { _process: process, lines, address: String::new() };
        let place = consumer.says("listening on ").await;
        consumer.address = format!("http://{place}/hook");
        consumer
    }

    fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Awaits a line that begins so, and returns the rest of it.
    pub async fn says(&self, begin: &str) -> String {
        let find = || self.lines().iter().find_map(|line| line.strip_prefix(begin).map(str::to_owned));
        until(find).await
    }

    /// Every message so far, as often as it came.
    pub fn messages(&self) -> Vec<Value> {
        self.lines().iter().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// What was told of a session, in the order in which it happened, as often as it came.
    pub fn told(&self, session: &str) -> Vec<Value> {
        let mut turns = self.messages();
        turns.retain(|turn| turn["session_id"] == session);
        // The version of the session is a part of the id.
        turns.sort_by_key(|turn| text(&turn["id"]).split(':').nth(2).and_then(|version| version.parse::<u64>().ok()));
        turns
    }

    /// Awaits that what was told of a session is as wanted.
    pub async fn hears(&self, session: &str, wanted: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        until(|| Some(self.told(session)).filter(|told| wanted(told))).await
    }
}

async fn until<T>(find: impl Fn() -> Option<T>) -> T {
    for _ in 0..LOOKS {
        if let Some(found) = find() {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("what was awaited of the webhook did not come in 90 s");
}
