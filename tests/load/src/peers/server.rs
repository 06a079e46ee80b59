//! A database server of our own: on this machine only, its data in a folder that goes with it.

use std::{
    fs,
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use crate::Outcome;

/// A running server.
pub struct Server {
    process: Child,
    _folder: Folder,
}

/// A folder that is removed at the end.
pub struct Folder(pub PathBuf);

/// A user other than the one who runs this.
#[derive(Debug, Clone, Copy)]
pub struct User {
    pub id: u32,
    pub group: u32,
}

impl Folder {
    /// An empty folder inside the clone.
    pub fn create(name: &str, owner: Option<User>) -> Outcome<Self> {
        let path = std::env::current_dir()?.join(format!(".local/bench/{name}-{}", std::process::id()));
        if path.exists() {
            fs::remove_dir_all(&path)?;
        }
        fs::create_dir_all(&path)?;
        if let Some(owner) = owner {
            chown(&path, Some(owner.id), Some(owner.group))?;
        }
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A command that will run in `folder`, as another user if one is given.
pub fn command(program: &Path, folder: &Folder, user: Option<User>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(&folder.0).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if let Some(user) = user {
        command.uid(user.id).gid(user.group);
    }
    command
}

/// Where a program is: among the folders of `PATH`, or else in those given.
pub fn find(program: &str, also: &[PathBuf]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(also.iter().cloned())
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

impl Server {
    pub fn start(mut command: Command, folder: Folder) -> Outcome<Self> {
        Ok(Self { process: command.spawn()?, _folder: folder })
    }
}

impl Drop for Server {
    /// Asks for an orderly end, because a server may have processes of its own to end.
    fn drop(&mut self) {
        let id = self.process.id().to_string();
        let _ = Command::new("kill").args(["-INT", &id]).status();
        for _ in 0..100 {
            if matches!(self.process.try_wait(), Ok(Some(_))) {
                return;
            }
            thread::sleep(Duration::from_millis(100));
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
