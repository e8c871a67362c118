//! What figures were measured on: [`machine`].

use std::thread::available_parallelism;

/// Where Linux names the processor.
const PROCESSORS: &str = "/proc/cpuinfo";

/// The processor's name, where it is known, and how many cores there are to use.
pub(crate) fn machine() -> String {
    let cores = available_parallelism().map_or(1, usize::from);
    let cores = if cores == 1 {
        "1 core".to_owned()
    } else {
        format!("{cores} cores")
    };
    let processors = fs_err::read_to_string(PROCESSORS).unwrap_or_default();
    match model(&processors) {
        Some(model) => format!("{model}, {cores}"),
        None => format!("{}, {cores}", std::env::consts::ARCH),
    }
}

fn model(processors: &str) -> Option<&str> {
    let fields = processors.lines().filter_map(|line| line.split_once(':'));
    let mut models = fields.filter(|(key, _)| key.trim() == "model name");
    Some(models.next()?.1.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_processor_is_named() {
        let two =
            "processor\t: 0\nmodel name\t: Fast 9 CPU\nprocessor\t: 1\nmodel name\t: Slow 1\n";
        assert_eq!(model(two), Some("Fast 9 CPU"));
        assert_eq!(model("Processor : 0\n"), None);
    }
}
