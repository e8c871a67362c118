//! By its form, whether a sentence asks, and what for: [`kind_of`].

use std::sync::LazyLock;

use super::QuestionKind;
use crate::text::{Phrases, Sentence};

/// What may stand before a question without being part of it.
const LEADS: &[&str] = &[
    "actually",
    "ah",
    "alright",
    "also",
    "and",
    "because",
    "but",
    "cool",
    "good",
    "great",
    "hello",
    "hey",
    "hi",
    "hmm",
    "interesting",
    "just",
    "nice",
    "no",
    "now",
    "oh",
    "ok",
    "okay",
    "please",
    "right",
    "so",
    "sorry",
    "sure",
    "thanks",
    "then",
    "uh",
    "um",
    "well",
    "wow",
    "yeah",
    "yes",
];
const QUESTION_WORDS: &[&str] = &[
    "how", "hows", "what", "whats", "when", "where", "wheres", "which", "who", "whom", "whos",
    "whose", "why", "whys",
];
const AUXILIARIES: &[&str] = &[
    "am", "are", "arent", "can", "cant", "could", "couldnt", "did", "didnt", "do", "does",
    "doesnt", "dont", "had", "has", "hasnt", "have", "havent", "is", "isnt", "may", "might",
    "must", "shall", "should", "shouldnt", "was", "wasnt", "were", "werent", "will", "wont",
    "would", "wouldnt",
];
const SUBJECTS: &[&str] = &[
    "any", "anybody", "anyone", "anything", "he", "i", "it", "my", "our", "she", "someone", "that",
    "the", "there", "these", "they", "this", "those", "we", "you", "your",
];
/// What makes a question word ask although no mark says so; auxiliaries do as well.
const AFTER_QUESTION_WORD: &[&str] = &[
    "about",
    "else",
    "kind",
    "kinds",
    "long",
    "many",
    "much",
    "often",
    "percentage",
    "sort",
    "sorts",
    "type",
    "types",
];

static DIRECT: LazyLock<Phrases<()>> = LazyLock::new(|| {
    all(&[
        "tell me about",
        "tell me how",
        "tell me more",
        "tell me what",
        "tell me why",
        "tell us about",
        "tell us how",
        "tell us more",
        "tell us what",
        "walk me through",
        "walk us through",
        "talk me through",
        "help me understand",
        "please explain",
        "let me know how",
        "let me know what",
        "let me know which",
        "let me know when",
        "i would like to know",
        "id like to know",
        "would love to know",
        "id love to know",
        "i want to know",
        "i would love to hear",
        "id love to hear",
        "im curious how",
        "im curious what",
        "im curious why",
        "i wonder how",
        "i wonder what",
        "i wonder why",
        "i was wondering",
        "im wondering",
        "i would need to know",
        "i need to know",
    ])
});
static PROBES: LazyLock<Phrases<()>> = LazyLock::new(|| {
    all(&[
        "tell me more",
        "tell us more",
        "say more",
        "why is that",
        "why do you say",
        "why do you think",
        "why not",
        "how so",
        "how come",
        "what do you mean",
        "what does that mean",
        "what makes you",
        "what else",
        "anything else",
        "such as what",
        "like what",
        "in what way",
        "in what sense",
        "for example what",
        "can you elaborate",
        "could you elaborate",
        "can you explain",
        "could you explain",
        "give me an example",
        "can you give .. example",
        "could you give .. example",
        "what happened then",
        "and then what",
        "how did that",
        "what was that like",
        "help me understand",
    ])
});
/// Forms of yes-or-no questions that nobody answers with yes or no.
static OPEN_REQUESTS: LazyLock<Phrases<()>> = LazyLock::new(|| {
    all(&[
        "can you .. tell",
        "could you .. tell",
        "would you .. tell",
        "will you .. tell",
        "can you .. describe",
        "could you .. describe",
        "would you .. describe",
        "can you .. share",
        "could you .. share",
        "would you .. share",
        "can you .. walk",
        "could you .. walk",
        "would you .. explain",
        "do you mind telling",
        "would you mind telling",
    ])
});
/// Questions by a question word whose answer is one fact.
static FACTS: LazyLock<Phrases<()>> = LazyLock::new(|| {
    all(&[
        "how much",
        "how many",
        "how long",
        "how old",
        "how often",
        "how soon",
        "how far",
        "how big",
        "how large",
        "what time",
        "what day",
        "what date",
        "what year",
        "what month",
        "what number",
        "what amount",
        "what percent*",
        "what size",
        "what price",
        "what is your name",
        "whats your name",
        "what is the name",
        "whats the name",
        "what .. cost",
        "when",
        "where",
        "wheres",
        "which",
        "who",
        "whom",
        "whos",
        "whose",
    ])
});

fn all(phrases: &'static [&'static str]) -> Phrases<()> {
    Phrases::new(phrases.iter().map(|phrase| (*phrase, ())))
}

/// What a sentence asks for; `None` if it asks nothing.
pub(crate) fn kind_of(sentence: &Sentence) -> Option<QuestionKind> {
    let words = without_leads(&sentence.words);
    if !sentence.marked && !has_form(words) {
        return None;
    }
    Some(if probes(words) {
        QuestionKind::Probing
    } else if is_open(words) {
        QuestionKind::Open
    } else {
        QuestionKind::Closed
    })
}

fn without_leads(words: &[String]) -> &[String] {
    let is_lead = |word: &&String| LEADS.contains(&word.as_str());
    let leads = words.iter().take_while(is_lead).count();
    words.get(leads..).unwrap_or_default()
}

/// Whether words without a mark ask.
fn has_form(words: &[String]) -> bool {
    let is_in =
        |at: usize, list: &[&str]| words.get(at).is_some_and(|w| list.contains(&w.as_str()));
    let turned = is_in(0, AUXILIARIES) && is_in(1, SUBJECTS);
    let asks_word =
        is_in(0, QUESTION_WORDS) && (is_in(1, AUXILIARIES) || is_in(1, AFTER_QUESTION_WORD));
    turned || asks_word || DIRECT.are_in(words)
}

fn probes(words: &[String]) -> bool {
    let alone = |word: &str| matches!(words, [only] if only == word);
    alone("why") || alone("how") || PROBES.are_in(words)
}

/// Decided by the first thing in the sentence that asks.
fn is_open(words: &[String]) -> bool {
    (0..words.len())
        .filter_map(|at| words.get(at..))
        .find_map(opens_here)
        .unwrap_or(false)
}

/// Whether what begins here is an open question, or a closed one; `None` if nothing begins here.
fn opens_here(words: &[String]) -> Option<bool> {
    let first = words.first()?.as_str();
    let begins = |phrases: &Phrases<()>| phrases.found_at(words).next().is_some();
    if begins(&DIRECT) || begins(&OPEN_REQUESTS) {
        return Some(true);
    }
    if QUESTION_WORDS.contains(&first) {
        return Some(!begins(&FACTS));
    }
    let subject = words
        .get(1)
        .is_some_and(|word| SUBJECTS.contains(&word.as_str()));
    (AUXILIARIES.contains(&first) && subject).then_some(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> Option<QuestionKind> {
        Sentence::all(text).first().and_then(kind_of)
    }

    #[test]
    fn a_question_has_the_kind_of_what_it_leaves_open() {
        for (text, expected) in [
            ("How do you handle returns today?", QuestionKind::Open),
            ("Could you tell me how that works?", QuestionKind::Open),
            ("Okay, so what would change for you", QuestionKind::Open),
            ("Tell me about your team.", QuestionKind::Open),
            ("How many seats do you need?", QuestionKind::Closed),
            ("Great, when can we start?", QuestionKind::Closed),
            ("Do you know how it works?", QuestionKind::Closed),
            ("You have ten reps?", QuestionKind::Closed),
            ("are you the one who signs", QuestionKind::Closed),
            ("Why?", QuestionKind::Probing),
            ("What do you mean by slow?", QuestionKind::Probing),
            ("Oh, tell me more.", QuestionKind::Probing),
        ] {
            assert_eq!(kind(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_a_question_asks_nothing() {
        for text in [
            "What a day!",
            "How nice of you.",
            "When I was at the fair we met.",
            "Have a good day.",
            "They tell me it is fast.",
            "",
        ] {
            assert_eq!(kind(text), None, "{text}");
        }
    }
}
