//! Who is who in a call: [`People`].

use std::collections::{HashMap, HashSet};

use super::{Rule, common_words, spellings};

/// Longest name in bytes and most words of one; what is longer is no name.
const LONGEST: usize = 100;
const MOST_WORDS: usize = 8;

/// Most people who are introduced in one call.
const MOST_LEARNT: usize = 200;

/// Words of a name that are no name: titles and particles, in lower case.
const NO_PART: &[&str] = &[
    "mr",
    "mrs",
    "ms",
    "miss",
    "mister",
    "dr",
    "prof",
    "professor",
    "herr",
    "herrn",
    "frau",
    "sir",
    "dame",
    "jr",
    "sr",
    "ii",
    "iii",
    "phd",
    "md",
    "van",
    "von",
    "vom",
    "zu",
    "der",
    "den",
    "de",
    "di",
    "da",
    "das",
    "dos",
    "del",
    "della",
    "la",
    "le",
    "el",
    "al",
    "bin",
    "ibn",
    "ter",
    "ten",
    "und",
    "and",
];

/// The people of a call, numbered from 0 in the order in which they were added.
#[derive(Debug, Default)]
pub(crate) struct People {
    count: usize,
    learnt: usize,
    known: HashMap<String, usize>,
    spelt: HashSet<String>,
    patterns: Vec<(String, Rule)>,
}

impl People {
    /// Adds somebody whose name is known beforehand.
    pub(crate) fn add(&mut self, name: &str) {
        self.insert(name, Rule::Anywhere);
    }

    /// Adds somebody who was introduced in the call.
    ///
    /// Of a call in which more than 200 are, the others are known only where they are introduced.
    pub(crate) fn learn(&mut self, name: &str) {
        if self.learnt < MOST_LEARNT {
            let before = self.count;
            self.insert(name, Rule::AsWritten);
            self.learnt += self.count - before;
        }
    }

    /// Whoever has this name, or part of a name; of several the first.
    pub(crate) fn who(&self, name: &str) -> Option<usize> {
        self.known.get(&name.to_lowercase()).copied()
    }

    pub(crate) fn patterns(&self) -> &[(String, Rule)] {
        &self.patterns
    }

    fn insert(&mut self, name: &str, rule: Rule) {
        let words: Vec<&str> = name
            .split(|c: char| c.is_whitespace() || c == ',')
            .map(trimmed)
            .filter(|word| !word.is_empty())
            .collect();
        let is_name = name.len() <= LONGEST
            && words.len() <= MOST_WORDS
            && words.iter().all(|word| is_part_of_a_name(word));
        let start = words
            .iter()
            .position(|word| !is_title(word))
            .unwrap_or(words.len());
        let words = words.get(start..).unwrap_or_default();
        let whole = words.join(" ");
        if !is_name || whole.is_empty() || self.known.contains_key(&whole.to_lowercase()) {
            return;
        }
        let person = self.count;
        self.count += 1;
        if words.len() > 1 {
            self.pattern(&whole, person, rule);
        }
        for word in words {
            self.part(word, person, rule);
        }
    }

    /// A word of a name, and the halves of a double one.
    fn part(&mut self, word: &str, person: usize, rule: Rule) {
        let halves = word.split('-').filter(|half| *half != word);
        for part in std::iter::once(word).chain(halves) {
            let letters = part.chars().filter(|c| c.is_alphabetic()).count();
            let lower = part.to_lowercase();
            let is_short = letters < 3 && part.is_ascii();
            let rule = if is_short || common_words::contains(&lower) {
                Rule::WhereLikely
            } else {
                rule
            };
            if letters > 1 && !NO_PART.contains(&lower.as_str()) {
                self.pattern(part, person, rule);
            }
        }
    }

    fn pattern(&mut self, text: &str, person: usize, rule: Rule) {
        for spelling in spellings::of(text) {
            self.known.entry(spelling.to_lowercase()).or_insert(person);
            if self.spelt.insert(spelling.clone()) {
                self.patterns.push((spelling, rule));
            }
        }
    }
}

fn trimmed(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

fn is_title(word: &str) -> bool {
    matches!(
        word.to_lowercase().as_str(),
        "mr" | "mrs"
            | "ms"
            | "miss"
            | "mister"
            | "dr"
            | "prof"
            | "professor"
            | "herr"
            | "herrn"
            | "frau"
            | "sir"
    )
}

/// Letters with apostrophes, hyphens and full stops: `SPEAKER_00` and `rep 7` are nobody's name.
fn is_part_of_a_name(word: &str) -> bool {
    word.chars()
        .all(|c| c.is_alphabetic() || matches!(c, '\'' | '’' | '-' | '.' | '\u{300}'..='\u{36f}'))
        && !matches!(
            word.to_lowercase().as_str(),
            "speaker"
                | "agent"
                | "seller"
                | "buyer"
                | "customer"
                | "caller"
                | "unknown"
                | "user"
                | "assistant"
                | "client"
                | "rep"
                | "team"
                | "sales"
                | "support"
                | "gmbh"
                | "inc"
                | "ltd"
                | "llc"
                | "ag"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_belong_to_whoever_was_named_first() {
        let mut people = People::default();
        for name in [
            "Dr. Jane Doe-Smith",
            "John Doe",
            "Jane",
            "SPEAKER_00",
            "",
            "agent",
            "Ludwig van Beethoven",
        ] {
            people.add(name);
        }
        let who = |name| people.who(name);
        assert_eq!(who("JANE"), Some(0));
        assert_eq!(who("doe"), Some(0));
        assert_eq!(who("John Doe"), Some(1));
        assert_eq!(who("Beethoven"), Some(2));
        assert_eq!(
            (who("van"), who("speaker_00"), who("agent")),
            (None, None, None)
        );
    }
}
