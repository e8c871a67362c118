//! What a prompt says of itself: [`FrontMatter`], and how models did with it: [`Judged`].

use serde::Deserialize;

use super::PromptError;

/// The line before and after the front matter.
const RULE: &str = "+++";

/// What a prompt says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FrontMatter {
    /// As its file is named.
    pub(super) name: String,
    /// Grows with every change of what is rendered.
    pub(super) version: u32,
    /// What it takes.
    pub(super) inputs: Vec<String>,
    /// Which models it was judged on.
    #[serde(default)]
    pub(super) judged_on: Vec<Judged>,
}

/// How a model did with a prompt.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Judged {
    /// Which model.
    pub model: String,
    /// On which day, as `2026-11-27`.
    pub date: String,
    /// What came of it, in a few words.
    pub verdict: String,
}

/// The front matter of a file, its template, and how many lines stand before the template.
pub(super) fn parted<'a>(
    name: &str,
    text: &'a str,
) -> Result<(FrontMatter, &'a str, usize), PromptError> {
    let fault = |line, reason: String| PromptError::FrontMatter {
        name: name.to_owned(),
        line,
        reason,
    };
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    if first.trim_end() != RULE {
        return Err(fault(1, format!("expected `{RULE}`")));
    }
    let Some((front, template)) = until_rule(rest) else {
        let end = text.lines().count();
        return Err(fault(
            end,
            format!("expected `{RULE}` after the front matter"),
        ));
    };
    let front_matter = toml::from_str(front).map_err(|error| {
        let before = error.span().and_then(|span| front.get(..span.start));
        let reason = error.message().lines().collect::<Vec<_>>().join(", ");
        fault(2 + before.map_or(0, |it| it.matches('\n').count()), reason)
    })?;
    Ok((front_matter, template, 2 + front.matches('\n').count()))
}

/// What stands before the next rule, and what after it.
fn until_rule(text: &str) -> Option<(&str, &str)> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.trim_end() == RULE {
            return Some((text.get(..at)?, text.get(at + line.len()..)?));
        }
        at += line.len();
    }
    None
}
