//! Whether a model's sentence says what the sentences that cite the same say: [`passes`].
//!
//! Coaching's guard sees citations and numbers. A transcript may order a model to say something without numbers and to cite
//! what exists; so the words are looked at too, against *our* sentences and not against what was said: what stands in their
//! quotation marks are words of other people.
//!
//! - The prediction as a whole is told in our sentence, letter for letter, or not at all.
//! - What stands in quotation marks or backticks stands so in what is cited.
//! - An outcome is named as a side (`for won`, `among lost calls`) or beside a number only; the guard has looked at that number.
//! - Of the words besides, without those that carry no meaning, more than half are those of one of our sentences, by their
//!   first five letters, and every outcome and every number in digits is one of that sentence.
//!
//! What this does **not** see: our own words turned round (a `not` more or less, another order), and an honest sentence in other
//! words than ours is dropped. The evidence stands beside it in either case.

use std::collections::BTreeSet;

use unicode_segmentation::UnicodeSegmentation as _;
use upturn_coaching::{CitedSentence, Explanation, Source};

/// Letters by which words are the same: `object`, `objects`, `objected`.
const STEM: usize = 5;

const EMPTY: &[&str] = &[
    "a", "about", "all", "also", "an", "and", "any", "are", "as", "at", "be", "because", "been",
    "but", "by", "can", "could", "did", "do", "does", "for", "from", "had", "has", "have", "he",
    "her", "here", "his", "how", "i", "if", "in", "into", "is", "it", "its", "may", "might",
    "more", "most", "no", "not", "of", "on", "or", "our", "out", "she", "should", "so", "some",
    "such", "than", "that", "the", "their", "them", "then", "there", "these", "they", "this",
    "those", "to", "up", "was", "we", "were", "what", "when", "where", "which", "who", "why",
    "will", "with", "would", "you", "your",
];
const OUTCOMES: &[&str] = &[
    "won", "win", "wins", "winner", "winning", "victory", "lost", "lose", "loses", "losing",
    "loss", "closed", "signed", "sold",
];
/// Before an outcome, they make it a side: `speaks for won`, `among lost calls`.
const SIDES: &[&str] = &["for", "among"];
const NUMBERS: &[&str] = &[
    "none", "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "half", "third", "quarter",
];
/// Marks that open a quotation, and those that close it.
const QUOTES: &[(char, char)] = &[('“', '”'), ('"', '"'), ('«', '»'), ('„', '“'), ('`', '`')];

/// Whether the sentence may be shown.
pub(super) fn passes(explanation: &Explanation, sentence: &CitedSentence) -> bool {
    let ours: Vec<&CitedSentence> = explanation
        .sentences()
        .filter(|it| it.evidence.iter().any(|id| sentence.evidence.contains(id)))
        .collect();
    if ours
        .iter()
        .any(|it| words(&it.text) == words(&sentence.text))
    {
        return true;
    }
    if is_of_the_prediction(explanation, sentence) {
        return false;
    }
    let (free, quoted) = parted(&sentence.text);
    let free = words(&free);
    are_quotes(&quoted, explanation, sentence, &ours)
        && names_outcomes_with_numbers(&free)
        && are_our_words(&free, &ours)
}

fn is_of_the_prediction(explanation: &Explanation, sentence: &CitedSentence) -> bool {
    let mut cited = sentence
        .evidence
        .iter()
        .filter_map(|id| explanation.citation(*id));
    cited.any(|it| matches!(it.source, Source::Model { part: None }))
}

/// Whether all of it stands in what is cited, or in a sentence of ours that cites it.
fn are_quotes(
    quoted: &[String],
    explanation: &Explanation,
    sentence: &CitedSentence,
    ours: &[&CitedSentence],
) -> bool {
    let cited = sentence
        .evidence
        .iter()
        .filter_map(|id| explanation.citation(*id));
    let said = cited.filter_map(|it| it.quote.as_deref());
    let ours = ours.iter().map(|it| it.text.as_str());
    let sources: Vec<String> = said.chain(ours).map(run).collect();
    let stands = |quote: &String| sources.iter().any(|source| source.contains(&run(quote)));
    quoted.iter().all(stands)
}

/// Words in a row, with a blank at either end, so that none is found inside another.
fn run(text: &str) -> String {
    format!(" {} ", words(text).join(" "))
}

fn names_outcomes_with_numbers(words: &[String]) -> bool {
    let is = |list: &[&str], word: &String| list.contains(&word.as_str());
    let is_number = |word: &String| is(NUMBERS, word) || word.contains(char::is_numeric);
    let before = std::iter::once(None).chain(words.iter().map(Some));
    let mut bare = words.iter().zip(before).filter(|(word, before)| {
        is(OUTCOMES, word) && !before.is_some_and(|before| is(SIDES, before))
    });
    bare.next().is_none() || words.iter().any(is_number)
}

/// Whether a single sentence of ours has more than half of the words that mean something, and every outcome and number: one
/// that stands in another sentence about the same turns is the number of something else.
fn are_our_words(words: &[String], ours: &[&CitedSentence]) -> bool {
    let meant = meant(words);
    ours.iter().any(|it| {
        let own = self::words(&without_quotes(&it.text));
        let known: BTreeSet<String> = self::meant(&own).into_iter().collect();
        let shared = meant.iter().filter(|word| known.contains(*word)).count();
        let is_exact =
            |word: &&String| word.contains(char::is_numeric) || OUTCOMES.contains(&word.as_str());
        let mut exact = words.iter().filter(is_exact);
        2 * shared > meant.len() && exact.all(|word| own.contains(word))
    })
}

/// The stems of words that carry a meaning; numbers are looked at elsewhere.
fn meant(words: &[String]) -> Vec<String> {
    let carries =
        |word: &&String| !EMPTY.contains(&word.as_str()) && !word.contains(char::is_numeric);
    let stem = |word: &String| word.chars().take(STEM).collect();
    words.iter().filter(carries).map(stem).collect()
}

fn words(text: &str) -> Vec<String> {
    text.unicode_words().map(str::to_lowercase).collect()
}

/// The text outside of quotations, and each quotation.
fn parted(text: &str) -> (String, Vec<String>) {
    let (mut free, mut quoted) = (String::new(), Vec::new());
    let mut rest = text;
    while let Some((at, open, close)) = first_mark(rest) {
        let (before, behind) = rest.split_at(at);
        let behind = behind.get(open.len_utf8()..).unwrap_or_default();
        free.push_str(before);
        free.push(' ');
        rest = behind;
        if let Some((inside, after)) = behind.split_once(close) {
            quoted.push(inside.to_owned());
            rest = after;
        }
    }
    free.push_str(rest);
    (free, quoted)
}

fn first_mark(text: &str) -> Option<(usize, char, char)> {
    text.char_indices().find_map(|(at, c)| {
        let mark = QUOTES.iter().find(|(open, _)| *open == c)?;
        Some((at, c, mark.1))
    })
}

/// Our sentence without what others said or are called in it. From the first mark to the last one: what was said may itself
/// hold marks, and must not get out of its own.
fn without_quotes(text: &str) -> String {
    let is_mark = |c: char| c == '“' || c == '”' || c == '`';
    match (text.find(is_mark), text.rfind(is_mark)) {
        (Some(first), Some(last)) => {
            let before = text.get(..first).unwrap_or_default();
            let behind = text.get(last..).unwrap_or_default();
            format!("{before} {behind}")
        }
        (_, _) => text.to_owned(),
    }
}
