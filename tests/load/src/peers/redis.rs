//! Redis: one script does it all, and Redis runs one script at a time.

use redis::{Client, Value, aio::MultiplexedConnection, cmd};

use super::server::{self, Folder, Server};
use crate::{
    Outcome,
    dynoxide::{free_port, wait_for},
    race::{Answer, Request, Trace},
    validity::Stored,
};

const BOOK: &str = "
if redis.call('EXISTS', KEYS[2]) == 1 then return 'already-booked' end
if tonumber(redis.call('GET', KEYS[1])) < 1 then return 'sold-out' end
redis.call('DECR', KEYS[1])
redis.call('SET', KEYS[2], ARGV[1])
return 'booked'
";

/// A server with its append-only file, and a connection for each client.
pub struct Redis {
    connections: Vec<MultiplexedConnection>,
    script: String,
    _server: Server,
}

impl Redis {
    /// Starts one, if it is installed. `fsync` is its own setting: `everysec` or `always`.
    pub async fn start(fsync: &str, clients: usize) -> Outcome<Option<Self>> {
        let Some(program) = server::find("redis-server", &[]) else { return Ok(None) };
        let (folder, port) = (Folder::create(&format!("redis-{fsync}"), None)?, free_port().await?);
        let mut command = server::command(&program, &folder, None);
        command.args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", "", "--appendonly", "yes"]);
        command.args(["--appendfsync", fsync, "--dir"]).arg(&folder.0);
        let server = Server::start(command, folder)?;
        wait_for(port).await?;
        let client = Client::open(format!("redis://127.0.0.1:{port}"))?;
        let mut connections = Vec::new();
        for _ in 0..clients {
            connections.push(client.get_multiplexed_async_connection().await?);
        }
        let script = cmd("SCRIPT").arg("LOAD").arg(BOOK).query_async(&mut connections[0]).await?;
        Ok(Some(Self { connections, script, _server: server }))
    }

    pub async fn fill(&self, trace: &Trace) -> Outcome<()> {
        let mut connection = self.connections[0].clone();
        let () = cmd("FLUSHALL").query_async(&mut connection).await?;
        for (session, seats) in trace.seats.iter().enumerate() {
            let () = cmd("SET").arg(format!("left:{session}")).arg(seats).query_async(&mut connection).await?;
        }
        let _: String = cmd("SCRIPT").arg("LOAD").arg(BOOK).query_async(&mut connection).await?;
        Ok(())
    }

    pub async fn book(&self, client: usize, request: Request) -> Answer {
        let mut connection = self.connections[client].clone();
        let mut call = cmd("EVALSHA");
        call.arg(&self.script)
            .arg(2)
            .arg(format!("left:{}", request.session))
            .arg(format!("person:{}", request.person));
        let answer: Result<String, _> = call.arg(request.session).query_async(&mut connection).await;
        match answer.as_deref() {
            Ok("booked") => Answer::Booked,
            Ok("already-booked") => Answer::AlreadyBooked,
            Ok("sold-out") => Answer::SoldOut,
            other => Answer::Unclear(format!("{other:?}")),
        }
    }

    pub async fn stored(&self, trace: &Trace) -> Outcome<Stored> {
        let mut connection = self.connections[0].clone();
        let mut stored = Stored::default();
        for session in 0..trace.seats.len() {
            stored.left.push(cmd("GET").arg(format!("left:{session}")).query_async(&mut connection).await?);
        }
        for person in 0..trace.people {
            let found: Value = cmd("GET").arg(format!("person:{person}")).query_async(&mut connection).await?;
            if let Some(session) = redis::from_redis_value::<Option<usize>>(found)? {
                stored.bookings.push(Request { person, session });
            }
        }
        Ok(stored)
    }
}
