//! What the words before a number say about it: [`Context`].

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::redaction::boundaries::{is_word, window_before};

/// Bytes before a number in which its meaning is looked for.
const WINDOW: usize = 48;

/// What a number is, by the nearest word before it that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Context {
    /// A telephone.
    Phone,
    /// A card of payment.
    Card,
    /// Social security, tax.
    NationalId,
    /// Order, contract, price: nobody's.
    Thing,
    /// No word says anything.
    Unknown,
}

/// Words in lower case, or two words. A word that ends in `-` is a beginning of words.
const WORDS: &[(Context, &[&str])] = &[
    (
        Context::Phone,
        &[
            "phone",
            "telephone",
            "mobile",
            "cell",
            "cellphone",
            "landline",
            "call",
            "reach",
            "text",
            "tel",
            "fax",
            "dial",
            "whatsapp",
            "ring",
            "my number",
            "your number",
            "his number",
            "her number",
            "'s number",
            "line",
            "direct",
            "pager",
            "telefon-",
            "handy-",
            "mobil-",
            "nummer ist",
            "meine nummer",
            "ihre nummer",
            "dieselbe nummer",
            "durchwahl",
            "rückruf-",
            "erreich-",
            "anruf-",
            "rufen",
            "faxnummer",
            "home is",
            "work is",
        ],
    ),
    (
        Context::Card,
        &[
            "card",
            "visa",
            "mastercard",
            "amex",
            "credit",
            "debit",
            "kreditkarte",
            "karte",
            "kartennummer",
        ],
    ),
    (
        Context::NationalId,
        &[
            "social",
            "ssn",
            "social security",
            "national insurance",
            "tax id",
            "taxpayer",
            "itin",
            "steuer-id",
            "steuer-identifikations-",
            "steueridentifikations-",
            "steuerid",
            "idnr",
            "tin",
        ],
    ),
    (
        Context::Thing,
        &[
            "order",
            "invoice",
            "policy",
            "claim",
            "ticket",
            "reference",
            "ref",
            "account",
            "case",
            "serial",
            "sku",
            "tracking",
            "contract",
            "customer number",
            "agent number",
            "member",
            "group",
            "file",
            "docket",
            "model",
            "licence",
            "license",
            "version",
            "build",
            "confirmation",
            "listing",
            "mls",
            "lot",
            "po",
            "pin",
            "code",
            "vin",
            "part",
            "unit",
            "id",
            "bestell-",
            "rechnung-",
            "vertrag-",
            "kundennummer",
            "aktenzeichen",
            "police-",
            "schaden-",
            "objekt-",
            "auftrag-",
            "price",
            "cost",
            "pay",
            "worth",
            "dollars",
            "euro",
            "quote",
            "premium",
            "booking",
            "deal",
        ],
    ),
];

impl Context {
    /// What the words before a place say; the nearest counts.
    pub(crate) fn before(text: &str, at: usize) -> Self {
        let window = window_before(text, at, WINDOW).to_lowercase();
        let words = window.split(|c: char| !is_word(c) && !matches!(c, '-' | '\'' | '’'));
        let mut after: Option<&str> = None;
        for word in words.rev().filter(|word| !word.is_empty()) {
            if let Some(context) = Self::of(word, after) {
                return context;
            }
            after = Some(word);
        }
        Self::Unknown
    }

    /// What a word says, by itself or with the one after it.
    fn of(word: &str, after: Option<&str>) -> Option<Self> {
        let pair = |(first, second): &(&str, &str)| {
            after == Some(second) && (*first == word || (*first == "'s" && word.ends_with("'s")))
        };
        let index = &*INDEX;
        let single = index.words.get(word).copied();
        single
            .or_else(|| {
                index
                    .pairs
                    .iter()
                    .find(|(entry, _)| pair(entry))
                    .map(|(_, context)| *context)
            })
            .or_else(|| {
                let mut beginnings = index.beginnings.iter();
                beginnings
                    .find(|(entry, _)| word.starts_with(entry))
                    .map(|(_, context)| *context)
            })
    }
}

/// The words by the way in which they are compared.
static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let mut index = Index::default();
    for (context, words) in WORDS {
        for word in *words {
            match (word.split_once(' '), word.strip_suffix('-')) {
                (Some(pair), _) => index.pairs.push((pair, *context)),
                (None, Some(beginning)) => index.beginnings.push((beginning, *context)),
                (None, None) => {
                    index.words.insert(word, *context);
                }
            }
        }
    }
    index
});

#[derive(Default)]
struct Index {
    words: HashMap<&'static str, Context>,
    pairs: Vec<((&'static str, &'static str), Context)>,
    beginnings: Vec<(&'static str, Context)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_decides() {
        let context = |text: &str| Context::before(text, text.len());
        assert_eq!(context("call me about the invoice "), Context::Thing);
        assert_eq!(context("about the invoice, call me at "), Context::Phone);
        assert_eq!(context("recall we disordered the rings "), Context::Unknown);
        assert_eq!(context("Telefonnummer: "), Context::Phone);
        assert_eq!(context("Bob's number is "), Context::Phone);
        assert_eq!(
            context(&format!("call {}", "é ".repeat(40))),
            Context::Unknown
        );
    }
}
