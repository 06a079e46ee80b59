//! PostgreSQL, asked in three manners: with a row lock, in one statement, and as a server does that reads and then saves.

use std::{fs, path::PathBuf, process::Command, time::Duration};

use tokio::time::sleep;
use tokio_postgres::{Client, Error, NoTls, Statement, error::SqlState};

use super::server::{self, Folder, Server, User};
use crate::{
    Outcome,
    dynoxide::{free_port, wait_for},
    race::{Answer, Request, Trace},
    validity::Stored,
};

/// How a client goes about a booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// `SELECT ... FOR UPDATE`, then the writes, in a transaction.
    RowLock,
    /// One statement that takes a seat if there is one and adds the booking.
    OneStatement,
    /// Reads what is left, then saves what it reckons, each statement on its own, as an ORM does unless told otherwise.
    ReadThenSave,
}

/// A server, and a connection for each client.
pub struct Postgres {
    connections: Vec<Connection>,
    _server: Server,
}

struct Connection {
    client: Client,
    lock: Statement,
    take: Statement,
    add: Statement,
    both: Statement,
    look: Statement,
    known: Statement,
    save: Statement,
    log: Statement,
}

const TABLES: &str = "
CREATE TABLE seats (session int PRIMARY KEY, available int NOT NULL);
CREATE TABLE bookings (person int PRIMARY KEY, session int NOT NULL);
CREATE TABLE saved (id serial PRIMARY KEY, person int NOT NULL, session int NOT NULL);
CREATE INDEX ON saved (person);
";

impl Postgres {
    /// Starts one, if it is installed.
    pub async fn start(clients: usize) -> Outcome<Option<Self>> {
        let (Some(initdb), Some(program)) = (find("initdb"), find("postgres")) else { return Ok(None) };
        let user = other_user()?;
        let (folder, port) = (Folder::create("postgres", user)?, free_port().await?);
        let data = folder.0.join("data");
        let mut init = server::command(&initdb, &folder, user);
        init.args(["--auth=trust", "--username=bench", "--encoding=UTF8", "--locale=C", "--no-sync", "--pgdata"]);
        if !init.arg(&data).status()?.success() {
            return Err("initdb failed: can its user reach this folder?".into());
        }
        let mut command = server::command(&program, &folder, user);
        command.arg("-D").arg(&data).args(["-p", &port.to_string(), "-h", "127.0.0.1", "-k", ""]);
        for setting in ["shared_buffers=256MB", "max_wal_size=2GB", "max_connections=100", "synchronous_commit=on"] {
            command.args(["-c", setting]);
        }
        let server = Server::start(command, folder)?;
        wait_for(port).await?;
        let first = connect(port).await?;
        first.batch_execute(TABLES).await?;
        let mut connections = Vec::new();
        for _ in 0..clients {
            connections.push(Connection::prepare(connect(port).await?).await?);
        }
        Ok(Some(Self { connections, _server: server }))
    }

    pub async fn fill(&self, trace: &Trace) -> Outcome<()> {
        let client = &self.connections[0].client;
        client.batch_execute("TRUNCATE seats, bookings, saved; CHECKPOINT").await?;
        for (session, seats) in (0i32..).zip(&trace.seats) {
            client.execute("INSERT INTO seats VALUES ($1, $2)", &[&session, &i32::try_from(*seats)?]).await?;
        }
        Ok(())
    }

    pub async fn book(&self, manner: Manner, client: usize, request: Request) -> Answer {
        let connection = &self.connections[client];
        let [person, session] = [request.person, request.session].map(|number| i32::try_from(number).unwrap_or(-1));
        let answer = match manner {
            Manner::RowLock => connection.locking(person, session).await,
            Manner::OneStatement => connection.at_once(person, session).await,
            Manner::ReadThenSave => connection.reading_first(person, session).await,
        };
        answer.unwrap_or_else(|error| Answer::Unclear(error.to_string()))
    }

    pub async fn stored(&self) -> Outcome<Stored> {
        let client = &self.connections[0].client;
        let left = client.query("SELECT available FROM seats ORDER BY session", &[]).await?;
        let query = "SELECT person, session FROM bookings UNION ALL SELECT person, session FROM saved";
        let bookings = client.query(query, &[]).await?;
        let number = |number: i32| usize::try_from(number).map_err(|_| "a negative number");
        let booking = |row: &tokio_postgres::Row| {
            Outcome::Ok(Request { person: number(row.get(0))?, session: number(row.get(1))? })
        };
        Ok(Stored {
            left: left.iter().map(|row| row.get::<_, i32>(0).into()).collect(),
            bookings: bookings.iter().map(booking).collect::<Outcome<_>>()?,
        })
    }
}

impl Connection {
    async fn prepare(client: Client) -> Result<Self, Error> {
        Ok(Self {
            lock: client.prepare("SELECT available FROM seats WHERE session = $1 FOR UPDATE").await?,
            take: client.prepare("UPDATE seats SET available = available - 1 WHERE session = $1").await?,
            add: client.prepare("INSERT INTO bookings VALUES ($1, $2) ON CONFLICT DO NOTHING").await?,
            both: client
                .prepare(
                    "WITH taken AS (UPDATE seats SET available = available - 1 WHERE session = $2 AND available > 0 \
                     RETURNING session) INSERT INTO bookings SELECT $1, session FROM taken",
                )
                .await?,
            look: client.prepare("SELECT available FROM seats WHERE session = $1").await?,
            known: client.prepare("SELECT 1 FROM saved WHERE person = $1").await?,
            save: client.prepare("UPDATE seats SET available = $2 WHERE session = $1").await?,
            log: client.prepare("INSERT INTO saved (person, session) VALUES ($1, $2)").await?,
            client,
        })
    }

    async fn locking(&self, person: i32, session: i32) -> Result<Answer, Error> {
        self.client.batch_execute("BEGIN").await?;
        let answer = self.locked(person, session).await;
        let end = if matches!(answer, Ok(Answer::Booked)) { "COMMIT" } else { "ROLLBACK" };
        self.client.batch_execute(end).await?;
        answer
    }

    async fn locked(&self, person: i32, session: i32) -> Result<Answer, Error> {
        let left: i32 = self.client.query_one(&self.lock, &[&session]).await?.get(0);
        if left < 1 {
            return Ok(Answer::SoldOut);
        }
        if self.client.execute(&self.add, &[&person, &session]).await? == 0 {
            return Ok(Answer::AlreadyBooked);
        }
        self.client.execute(&self.take, &[&session]).await?;
        Ok(Answer::Booked)
    }

    async fn at_once(&self, person: i32, session: i32) -> Result<Answer, Error> {
        match self.client.execute(&self.both, &[&person, &session]).await {
            Ok(0) => Ok(Answer::SoldOut),
            Ok(_) => Ok(Answer::Booked),
            Err(error) if error.code() == Some(&SqlState::UNIQUE_VIOLATION) => Ok(Answer::AlreadyBooked),
            Err(error) => Err(error),
        }
    }

    async fn reading_first(&self, person: i32, session: i32) -> Result<Answer, Error> {
        if !self.client.query(&self.known, &[&person]).await?.is_empty() {
            return Ok(Answer::AlreadyBooked);
        }
        let left: i32 = self.client.query_one(&self.look, &[&session]).await?.get(0);
        if left < 1 {
            return Ok(Answer::SoldOut);
        }
        self.client.execute(&self.save, &[&session, &(left - 1)]).await?;
        self.client.execute(&self.log, &[&person, &session]).await?;
        Ok(Answer::Booked)
    }
}

/// Debian keeps most of its programs out of `PATH`.
fn find(program: &str) -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    folders.sort();
    server::find(program, &folders)
}

/// PostgreSQL refuses to run as root, so root lends it another user.
fn other_user() -> Outcome<Option<User>> {
    if id(&["-u"])? != 0 {
        return Ok(None);
    }
    let name = if id(&["-u", "postgres"]).is_ok() { "postgres" } else { "nobody" };
    Ok(Some(User { id: id(&["-u", name])?, group: id(&["-g", name])? }))
}

fn id(arguments: &[&str]) -> Outcome<u32> {
    let output = Command::new("id").args(arguments).output()?;
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

/// A connection that is driven in the background. The server may still be starting up.
async fn connect(port: u16) -> Outcome<Client> {
    let address = format!("host=127.0.0.1 port={port} user=bench dbname=postgres");
    for _ in 0..100 {
        if let Ok((client, connection)) = tokio_postgres::connect(&address, NoTls).await {
            tokio::spawn(connection);
            return Ok(client);
        }
        sleep(Duration::from_millis(100)).await;
    }
    Err("PostgreSQL did not come up".into())
}
