//! What a server is, for the record, as far as that is known without a driver. Main function: [`tell`].

use super::image::Image;
use super::ready::Ready;
use super::server::Server;
use super::{pg, redis};
use crate::fixture::Scope;

/// Tells the record of a server: its version, where it runs from, how it was started, and the settings of PostgreSQL and
/// Redis that matter. Variables of its environment stay out: they may hold secrets.
pub(super) fn tell(image: &Image, server: &Server, scope: &Scope) {
    let tell = |what: &str, value: String| scope.identity(format!("{}.{what}", server.name), value);
    if let Some(version) = &server.version {
        tell("version", version.clone());
    }
    tell("image", server.image.clone().unwrap_or_else(|| "already there".to_owned()));
    if server.is_own() {
        started(image, server).into_iter().for_each(|(what, value)| tell(what, value));
    }
    let settings = match image.ready {
        Ready::Postgres => pg::settings(server).map_err(|why| why.to_string()),
        Ready::Redis => redis::settings(server).map_err(|why| why.to_string()),
        _ => Ok(Vec::new()),
    };
    match settings {
        Ok(settings) => settings.into_iter().for_each(|(name, value)| tell(&name, value)),
        Err(why) => scope.progress(format!("it does not tell its settings: {why}")),
    }
}

/// How a container was started.
fn started(image: &Image, server: &Server) -> Vec<(&'static str, String)> {
    let digest = server.image_id.clone().map(|digest| ("image_digest", digest));
    let arguments = (!image.args.is_empty()).then(|| ("arguments", image.args.join(" ")));
    let data = image.in_memory.then(|| ("data", "in memory".to_owned()));
    let memory = image.memory.map(|bytes| ("memory_limit", bytes.to_string()));
    let cpus = image.cpus.map(|cpus| ("cpu_limit", cpus.to_string()));
    [digest, arguments, data, memory, cpus].into_iter().flatten().collect()
}
