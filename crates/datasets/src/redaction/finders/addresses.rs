//! Postal addresses: a street with its number, and postal codes where the text says what they are.

use std::ops::Range;

use regex::Regex;

use super::surroundings::{LOWER, Surroundings};
use crate::redaction::boundaries::stands_alone;
use crate::redaction::{RedactionError, RedactionKind, span::Span};

/// Words (or ends of words) that make the text worth the search, in lower case.
pub(crate) const HINTS: &[&str] = &[
    "street",
    "avenue",
    "road",
    "lane",
    "drive",
    "boulevard",
    "court",
    "way",
    "place",
    "terrace",
    "square",
    "crescent",
    "close",
    "gardens",
    "row",
    "mews",
    "parkway",
    "highway",
    "circle",
    "hill",
    "grove",
    "walk",
    "parade",
    "ferry",
    "st",
    "ave",
    "rd",
    "ln",
    "dr",
    "blvd",
    "ct",
    "pl",
    "pkwy",
    "hwy",
    "zip",
    "postal code",
    "postcode",
    "post code",
    "plz",
    "postleitzahl",
    "straße",
    "strasse",
    "str.",
    "weg",
    "allee",
    "platz",
    "gasse",
    "ring",
    "damm",
    "ufer",
    "chaussee",
    "stieg",
    "pfad",
    "markt",
];

/// Words that stand between a number and a street's word without being its name: `five minutes down the road`.
const NO_NAME: &[&str] = &[
    "minute", "minutes", "min", "mins", "hour", "hours", "block", "blocks", "mile", "miles",
    "meter", "meters", "metres", "feet", "yards", "down", "off", "on", "the", "a", "an", "of",
    "from", "to", "in", "per", "main", "bed", "and", "or", "steps", "houses", "lots", "up",
    "along", "across", "way", "is", "this", "that", "our", "my", "your", "same", "side", "more",
    "other", "at", "for", "with", "by", "hard", "test", "terabyte", "gig", "gb", "people", "times",
    "percent", "dollars", "days", "weeks", "months", "years", "into", "car", "one",
];

/// Units that stand after five digits in German like a town after its postal code.
const UNITS: &[&str] = &[
    "Euro",
    "EUR",
    "Dollar",
    "Franken",
    "Kilometer",
    "Meter",
    "Quadratmeter",
    "Einheiten",
    "Nutzer",
    "Stück",
    "Mitarbeiter",
    "Mitarbeitende",
    "Kunden",
    "Anrufe",
    "Datensätze",
    "Zeichen",
    "Kilo",
    "Tonnen",
    "Liter",
    "Watt",
    "Stunden",
    "Besucher",
    "Einwohner",
    "Bestellungen",
    "Lizenzen",
    "Artikel",
    "Fälle",
];

/// Rules for postal addresses.
#[derive(Debug)]
pub(crate) struct Addresses {
    street: Regex,
    lower: Regex,
    german: Regex,
    preposition: Regex,
    codes: [Regex; 4],
}

impl Addresses {
    pub(crate) fn new() -> Result<Self, RedactionError> {
        let word = r"\p{Lu}[\p{L}\p{N}'’-]*\.?";
        let british = r"[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}";
        let american = r"(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY])\s\d{5}(?:-\d{4})?";
        let town = r"\p{Lu}[\p{L}'-]+(?:\s\p{Lu}[\p{L}'-]+){0,2}";
        let unit = r"(?:,?\s(?:Apt|Apartment|Suite|Ste|Unit|Flat|Room|Floor)\b\.?\s?#?[\w-]+|,?\s#\s?\w+|,\s\d{1,2}(?:st|nd|rd|th)\sFloor)";
        let tail = format!(r"{unit}?(?:(?:,?\s{town})?,?\s(?:{american}|{british})|,\s{town}\b)?");
        let kinds = r"(?:(?:Street|Avenue|Road|Lane|Drive|Boulevard|Court|Way|Place|Terrace|Square|Crescent|Close|Gardens|Row|Mews|Parkway|Highway|Circle|Hill|Grove|Walk|Parade)\b|(?:St|Ave|Rd|Ln|Dr|Blvd|Ct|Pl|Pkwy|Hwy)\b\.?)";
        let number = r"\d{1,5}[A-Za-z]?(?:-\d{1,5})?";
        let german_town = r"\d{5}\s\p{Lu}\p{L}+(?:[\s-]\p{Lu}\p{L}+)?(?:\sam\s\p{Lu}\p{L}+)?";
        let german_tail =
            format!(r"\s\d{{1,4}}(?:\s?[a-z]\b)?(?:-\d{{1,4}})?(?:,?\s{german_town})?");
        let german_kinds = r"(?i:straße|strasse|str\.|weg|allee|platz|gasse|ring|damm|ufer|chaussee|stieg|pfad|markt)";
        let compiled = |pattern: &str| super::compiled("ADDRESS", pattern);
        Ok(Self {
            street: compiled(&format!(
                r"\b{number}\s(?:(?:[NSEW]|[NS][EW])\.?\s)?(?:{word}\s){{1,4}}{kinds}(?:{tail})"
            ))?,
            lower: compiled(&format!(
                r"\b\d{{1,5}}\s((?:[\p{{L}}'’-]+\s){{1,3}})(?:{})\b",
                LOWER.join("|")
            ))?,
            german: compiled(&format!(
                r"(?:\p{{Lu}}\p{{L}}+er\s)?\b\p{{Lu}}[\p{{L}}-]*?(?:{german_kinds}|\s(?:Straße|Str\.|Weg|Allee|Platz|Ring|Damm|Ufer|Markt)){german_tail}"
            ))?,
            preposition: compiled(&format!(
                r"\b(?:Am|An\sder|Auf\sde[mr]|Im|In\sder|Zu[mr]|Unter\sden|Hinter\sder|Vor\sdem)\s\p{{Lu}}\p{{L}}+\s\d{{1,4}}\s?[a-z]?,?\s{german_town}"
            ))?,
            codes: [
                compiled(&format!(r"\b()(?:{town},\s)?{american}"))?,
                compiled(&format!(r"\b(){british}"))?,
                compiled(
                    r"(?i)\b((?:zip|postal\scode|post\s?code|plz|postleitzahl)\b[^\d\n]{0,12})\d{5}(?:-\d{4})?",
                )?,
                compiled(&format!(
                    r"((?:\b(?:in|nach|aus|PLZ)\s|,\s|D-)){german_town}"
                ))?,
            ],
        })
    }

    /// All addresses of a text that has digits. A pattern whose surroundings are not there is not asked.
    pub(crate) fn find(&self, text: &str, has_hint: bool, spans: &mut Vec<Span>) {
        let near = Surroundings::of(text);
        let mut add = |range: Range<usize>| {
            if stands_alone(text, &range) {
                spans.push(Span::new(range, RedactionKind::Address));
            }
        };
        for (regex, may_match) in [
            (&self.street, has_hint && near.capital),
            (&self.german, has_hint && near.german),
            (&self.preposition, has_hint && near.town),
        ] {
            let found = may_match.then(|| regex.find_iter(text));
            found
                .into_iter()
                .flatten()
                .for_each(|found| add(found.range()));
        }
        if has_hint && near.lower {
            self.lower(text).for_each(&mut add);
        }
        let may_match = [near.state, near.inward, near.five, near.town];
        for (regex, _) in self.codes.iter().zip(may_match).filter(|(_, may)| *may) {
            codes(regex, text).for_each(&mut add);
        }
    }

    /// Streets in lower case.
    fn lower(&self, text: &str) -> impl Iterator<Item = Range<usize>> {
        let found = self.lower.captures_iter(text);
        let named = found.filter(|found| found.get(1).is_some_and(|name| is_name(name.as_str())));
        named.filter_map(|found| Some(found.get(0)?.range()))
    }
}

/// Postal codes, each after the group that says what it is.
fn codes(regex: &Regex, text: &str) -> impl Iterator<Item = Range<usize>> {
    regex.captures_iter(text).filter_map(move |found| {
        let range = found.get(1)?.end()..found.get(0)?.end();
        let code = text.get(range.clone()).unwrap_or_default();
        (!UNITS.iter().any(|unit| code.ends_with(unit))).then_some(range)
    })
}

/// Whether words may be the name of a street.
fn is_name(words: &str) -> bool {
    !words
        .split_whitespace()
        .any(|word| NO_NAME.contains(&word.to_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Pieces of addresses and what stands between them.
    const PIECES: &[&str] = &[
        "12",
        "12b",
        "12-14",
        "1",
        "45402",
        "10115",
        "٣",
        "Elm",
        "Élm",
        "N",
        "Street",
        "St.",
        "old",
        "mill",
        "road",
        "court",
        "Haupt",
        "straße",
        "STRASSE",
        "ſtr.",
        "weg",
        "Marktplatz",
        "Am",
        "Im",
        "Grund",
        "Berlin",
        "OH",
        "SW1A",
        "1AA",
        "zip",
        "PLZ",
        "in",
        "D-",
        ",",
        ", ",
        "-",
    ];

    fn text() -> impl Strategy<Value = String> {
        let gap = prop::sample::select(&[" ", " ", " ", "", "\u{a0}", "\u{2003}", "\t"][..]);
        let piece = (prop::sample::select(PIECES), gap);
        let pieces = prop::collection::vec(piece, 1..9);
        pieces.prop_map(|pieces| {
            pieces
                .iter()
                .flat_map(|(piece, gap)| [*piece, *gap])
                .collect()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn no_pattern_is_spared_a_text_that_it_matches(text in text()) {
            static ALL: std::sync::LazyLock<Addresses> =
                std::sync::LazyLock::new(|| Addresses::new().unwrap());
            let near = Surroundings::of(&text);
            let [state, inward, five, town] = &ALL.codes;
            for (regex, may_match) in [
                (&ALL.street, near.capital), (&ALL.german, near.german), (&ALL.preposition, near.town),
                (&ALL.lower, near.lower), (state, near.state), (inward, near.inward), (five, near.five),
                (town, near.town),
            ] {
                prop_assert!(may_match || !regex.is_match(&text), "{regex} {text:?}");
            }
        }
    }
}
