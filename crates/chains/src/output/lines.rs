//! Lines of an answer as a model writes them: [`unmarked`].

/// What a line says, without the mark of a list in front; and whether there was one.
pub(super) fn unmarked(line: &str) -> (&str, bool) {
    let line = line.trim();
    let bullet = line
        .strip_prefix(['-', '*', '•', '–'])
        .filter(|rest| rest.starts_with(char::is_whitespace));
    let number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let number = (number.len() < line.len())
        .then(|| number.strip_prefix(['.', ')']))
        .flatten()
        .filter(|rest| rest.starts_with(char::is_whitespace));
    match bullet.or(number) {
        Some(rest) => (rest.trim(), true),
        None => (line, false),
    }
}

/// Whether a line opens or closes a code fence.
pub(super) fn is_code_fence(line: &str) -> bool {
    line.trim_start().starts_with("```")
}
