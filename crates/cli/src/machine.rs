//! What figures were measured on: [`machine`].

use std::thread::available_parallelism;

/// Where Linux names the processor.
const NAMES: &str = "/proc/cpuinfo";

/// The processor's name, where it is known, and how many cores there are to use.
pub(crate) fn machine() -> String {
    let cores = available_parallelism().map_or(1, usize::from);
    let cores = if cores == 1 {
        "1 core".to_owned()
    } else {
        format!("{cores} cores")
    };
    let names = fs_err::read_to_string(NAMES).unwrap_or_default();
    match name(&names) {
        Some(name) => format!("{name}, {cores}"),
        None => format!("{}, {cores}", std::env::consts::ARCH),
    }
}

fn name(names: &str) -> Option<&str> {
    let named = names.lines().filter_map(|line| line.split_once(':'));
    let mut named = named.filter(|(key, _)| key.trim() == "model name");
    Some(named.next()?.1.trim())
}
