//! Containers that outlive the program that started them, for the next ones of the same `cargo bench`. Main type:
//! [`Keeper`].
//!
//! Such a container belongs to the process that started this one, cargo for example. It is found by what was asked for,
//! and goes when that process has ended: a copy of this program waits for that, and the next start looks, too.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::engine::{Engine, EngineError};
use super::image::{Image, Login};
use super::leftovers::{Owner, is_gone, labelled, remove};
use crate::files::{Sha256, hex};
use crate::fixture::Scope;

/// The first argument of a program that waits for the end of another one: its process, the engine's socket and the
/// container follow.
const KEEPER_ARGUMENT: &str = "__adapter-bench-keeper";

/// How often it is looked whether that has ended.
const LOOK: Duration = Duration::from_millis(200);

/// The label of what was asked for.
const KEY: &str = "adapter-bench.kept";

/// Who keeps a container, and which one.
#[derive(Clone, Debug)]
pub(super) struct Keeper {
    owner: Owner,
    key: String,
}

impl Keeper {
    /// The process that started this one, where containers are to be kept and that process can be told from others.
    /// `asked` is all that makes one container unlike another.
    pub(super) fn of(scope: &Scope, asked: &Value) -> Option<Self> {
        let owner = scope.keeps().then(|| Owner::parent(scope.run())).flatten()?;
        let key = hex(&Sha256::of(asked.to_string().as_bytes()));
        Some(Self { owner, key })
    }

    /// The labels of what it keeps.
    pub(super) fn labels(&self) -> Value {
        let mut labels = self.owner.labels();
        labels[KEY] = Value::from(self.key.clone());
        labels
    }

    /// A container that an earlier program has left running for this one.
    pub(super) fn find(&self, engine: &Engine) -> Result<Option<String>, EngineError> {
        let kept = labelled(engine, &format!("{KEY}={}", self.key))?;
        let same = |container: &&Value| {
            let owner = Owner::of(&container["Labels"]);
            owner.process == self.owner.process && owner.machine == self.owner.machine
        };
        let mut found = None;
        for container in kept.iter().filter(same) {
            let Some(id) = container["Id"].as_str() else { continue };
            match container["State"] == "running" {
                true => found = Some(id.to_owned()),
                false => remove(engine, id)?,
            }
        }
        Ok(found)
    }

    /// Has a copy of this program wait for the end of the keeper, and remove the container then.
    pub(super) fn guard(&self, engine: &Engine, id: &str) -> io::Result<()> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(KEEPER_ARGUMENT).arg(&self.owner.machine).arg(&self.owner.process);
        command.arg(engine.socket()).arg(id).current_dir("/");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        // Ctrl-C is for those in the foreground.
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command.spawn().map(drop)
    }
}

/// What a program does that was started as the guard of a container; whether it was.
pub(crate) fn serve(mut arguments: impl Iterator<Item = std::ffi::OsString>) -> bool {
    if arguments.nth(1).is_none_or(|first| first != KEEPER_ARGUMENT) {
        return false;
    }
    let mut text = || arguments.next().map(|text| text.to_string_lossy().into_owned()).unwrap_or_default();
    let owner = Owner { run: String::new(), machine: text(), process: text() };
    let (socket, id) = (text(), text());
    while !is_gone(&owner) {
        thread::sleep(LOOK);
    }
    // What cannot be removed now goes with the next start.
    let _ = remove(&Engine::at(Path::new(&socket)), &id);
    true
}

/// The password that a container was given, from what the engine knows of it.
pub(super) fn password_of(image: &Image, state: &Value) -> String {
    let variable = match &image.login {
        Login::None => return String::new(),
        Login::Apart { password, .. } => password,
        Login::Joined(variable) => variable,
    };
    let environment = state["Config"]["Env"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let mut values = environment.filter_map(|line| line.strip_prefix(&**variable)?.strip_prefix('='));
    let value = values.next_back().unwrap_or_default();
    match &image.login {
        Login::Joined(_) => value.split_once('/').map_or(value, |(_, password)| password).to_owned(),
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::containers::{neo4j, postgres, redis};

    #[test]
    fn the_password_of_a_container_is_in_its_environment() {
        let state =
            json!({ "Config": { "Env": ["POSTGRES_PASSWORD=a=b", "NEO4J_AUTH=neo4j/c/d", "PATH=/bin"] } });
        let told = [postgres(), neo4j(), redis()].map(|image| password_of(&image, &state));
        assert_eq!(told, ["a=b", "c/d", ""]);
    }
}
