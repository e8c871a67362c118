//! How far an ingest is: [`IngestMonitor`].

/// Is told how far the work is, and may end it.
pub trait IngestMonitor: Sync {
    /// A stage begins: its name, and the bytes it will read if that is known.
    fn stage(&self, name: &str, bytes: Option<u64>);

    /// So many bytes of the sources were read since it was last told.
    fn advance(&self, bytes: u64);

    /// Whether to stop at the next checkpoint. Never by default.
    fn stopped(&self) -> bool {
        false
    }
}

/// Nobody watches.
impl IngestMonitor for () {
    fn stage(&self, _: &str, _: Option<u64>) {}

    fn advance(&self, _: u64) {}
}
