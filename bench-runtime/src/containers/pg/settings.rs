//! The settings of a server that figures depend on. Main function: [`settings`].

use super::databases::log_in;
use super::wire::PgError;
use crate::containers::server::Server;

/// Those that decide how long operations take, or which plan they get, on one machine. Settings that the version of the
/// server does not have are left out by the server.
const SETTINGS: &str = "\
    SELECT name, pg_catalog.current_setting(name) FROM pg_catalog.pg_settings WHERE name IN ( \
        'autovacuum', 'block_size', 'checkpoint_timeout', 'commit_delay', 'data_checksums', \
        'default_transaction_isolation', 'effective_cache_size', 'effective_io_concurrency', 'fsync', \
        'full_page_writes', 'huge_pages', 'io_method', 'jit', 'maintenance_work_mem', 'max_parallel_workers_per_gather', \
        'max_wal_size', 'plan_cache_mode', 'random_page_cost', 'seq_page_cost', 'shared_buffers', 'ssl', \
        'synchronous_commit', 'temp_buffers', 'wal_buffers', 'wal_compression', 'wal_level', 'wal_sync_method', 'work_mem' \
    ) ORDER BY name";

/// The settings of a server that matter, by name.
pub(in crate::containers) fn settings(server: &Server) -> Result<Vec<(String, String)>, PgError> {
    let rows = log_in(server)?.ask(SETTINGS)?;
    let pair = |row: Vec<Option<String>>| {
        let [name, value] = row.try_into().ok()?;
        name.zip(value)
    };
    Ok(rows.into_iter().filter_map(pair).collect())
}
