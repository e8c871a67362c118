//! The memory of this process.

/// Peak resident memory in MiB; none where the system does not say.
pub(super) fn mebibytes() -> Option<u64> {
    field("VmHWM:")
}

/// Resident memory now, in MiB.
pub(super) fn resident_mebibytes() -> Option<u64> {
    field("VmRSS:")
}

fn field(name: &str) -> Option<u64> {
    let status = fs_err::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kibibytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes / 1024)
}
