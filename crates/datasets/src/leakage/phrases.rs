//! Closing phrases that stand in one class: [`closing_phrases`].
//!
//! Phrases of one to five words are grown level by level: one is looked at only if both its shorter halves are frequent
//! (Agrawal and Srikant, VLDB 1994), so that rare phrases cost no memory.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use upturn_core::Outcome;

use super::account_words::Account;
use super::concentration::{Accounts, Bar, Concentration, Fisher};
use super::finding::WordPlace;
use super::telling_words::Telling;

/// Words of the longest phrase.
const LONGEST: usize = 5;

/// Phrases that are compared with one another, the strongest; comparing takes the square of their number.
const MOST_COMPARED: usize = 500;
/// Part of a phrase's accounts that a longer one must have to be told in its place.
const KEPT_BY_LONGER: f64 = 0.8;

/// The closing phrases that stand almost only in one class, the strongest first. Of phrases that hold one another only
/// the strongest is kept.
pub(crate) fn closing_phrases(accounts: &[Account<'_>], units: Accounts) -> Vec<Telling> {
    let phrases = frequent_phrases(accounts, units.least(Bar::ANY.percent));
    let fisher = Fisher::new(units);
    let mut found: Vec<_> = phrases
        .iter()
        .filter_map(|(phrase, with)| {
            let spread = fisher.concentration(*with, Bar::ANY, phrases.len())?;
            Some((phrase.clone(), spread))
        })
        .collect();
    found.sort_by(|(a, in_a), (b, in_b)| {
        let by_p = in_a.p_value.total_cmp(&in_b.p_value);
        by_p.then(b.len().cmp(&a.len())).then(a.cmp(b))
    });
    found.truncate(MOST_COMPARED);
    without_overlaps(&found)
        .into_iter()
        .map(|(phrase, spread)| (WordPlace::Closing, phrase, spread))
        .collect()
}

/// Keeps the strongest of the phrases that are made of one another, told in as many words as most of its accounts have.
fn without_overlaps(found: &[(String, Concentration)]) -> Vec<(String, Concentration)> {
    let mut kept: Vec<(String, Concentration)> = Vec::new();
    for (phrase, spread) in found {
        if kept.iter().any(|(other, _)| overlap(other, phrase)) {
            continue;
        }
        let longest = found
            .iter()
            .filter(|(longer, of_longer)| {
                holds(longer, phrase) && share(of_longer) >= KEPT_BY_LONGER * share(spread)
            })
            .max_by_key(|(longer, _)| longer.split(' ').count());
        kept.extend(longest.cloned());
    }
    kept
}

/// Whether one phrase stands in the other, in whole words.
fn holds(phrase: &str, other: &str) -> bool {
    format!(" {phrase} ").contains(&format!(" {other} "))
}

/// Whether one phrase holds the other, or goes on where it ends: they have two neighbouring words in common.
fn overlap(phrase: &str, other: &str) -> bool {
    let words: Vec<&str> = phrase.split(' ').collect();
    let mut pairs = words.windows(2).map(|pair| pair.join(" "));
    holds(phrase, other) || holds(other, phrase) || pairs.any(|pair| holds(other, &pair))
}

/// Share of the class for which a phrase stands.
fn share(spread: &Concentration) -> f64 {
    spread.share_won.max(spread.share_lost)
}

/// Every phrase that occurs in so many accounts, with their number in each class.
fn frequent_phrases(accounts: &[Account<'_>], least: u32) -> Vec<(String, Accounts)> {
    let mut texts: Vec<Text> = accounts.iter().filter_map(Text::new).collect();
    let counts = count(&texts, |text| text.words.iter().flatten().copied());
    let level = Level::of(counts, least, |word| (*word).to_owned());
    for text in &mut texts {
        text.places = text
            .words
            .iter()
            .map(|turn| turn.iter().map(|word| level.id(word)).collect())
            .collect();
    }
    let mut phrases = level.phrases;
    let mut from = 0;
    for _ in 1..LONGEST {
        let shorter = phrases.get(from..).unwrap_or_default();
        let next = longer(&mut texts, shorter, least);
        from = phrases.len();
        phrases.extend(next);
    }
    phrases
}

/// The frequent phrases of one word more than those at the places, which move on to them.
fn longer(
    texts: &mut [Text<'_>],
    shorter: &[(String, Accounts)],
    least: u32,
) -> Vec<(String, Accounts)> {
    let counts = count(texts, |text| {
        text.places.iter().flat_map(|turn| pairs(turn)).flatten()
    });
    let name = |(first, second): &(usize, usize)| {
        let of = |at: usize| shorter.get(at).map_or("", |(phrase, _)| phrase.as_str());
        let word = of(*second).rsplit(' ').next().unwrap_or_default();
        format!("{} {word}", of(*first))
    };
    let level = Level::of(counts, least, name);
    for turn in texts.iter_mut().flat_map(|text| &mut text.places) {
        *turn = pairs(turn).map(|pair| level.id(&pair?)).collect();
    }
    level.phrases
}

/// Neighbouring phrases where both are frequent.
fn pairs(places: &[Option<usize>]) -> impl Iterator<Item = Option<(usize, usize)>> {
    places.windows(2).map(|pair| match pair {
        [Some(first), Some(second)] => Some((*first, *second)),
        _ => None,
    })
}

/// What an account's closing turns hold.
struct Text<'o> {
    outcome: Outcome,
    words: Vec<Vec<&'o str>>,
    /// Of each turn, the number of the frequent phrase that starts at each word.
    places: Vec<Vec<Option<usize>>>,
}

impl<'o> Text<'o> {
    fn new(account: &Account<'o>) -> Option<Self> {
        let turns = account.iter().flat_map(|call| &call.closing);
        Some(Self {
            outcome: account.first()?.outcome,
            words: turns.map(|turn| turn.split(' ').collect()).collect(),
            places: Vec::new(),
        })
    }
}

/// The frequent phrases of one length.
struct Level<K> {
    phrases: Vec<(String, Accounts)>,
    ids: HashMap<K, usize>,
}

impl<K: Eq + Hash + Ord> Level<K> {
    fn of(counts: HashMap<K, Accounts>, least: u32, name: impl Fn(&K) -> String) -> Self {
        let mut frequent: Vec<_> = counts
            .into_iter()
            .filter(|(_, units)| units.total() >= least)
            .collect();
        frequent.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        Self {
            phrases: frequent
                .iter()
                .map(|(key, units)| (name(key), *units))
                .collect(),
            ids: frequent
                .into_iter()
                .enumerate()
                .map(|(id, (key, _))| (key, id))
                .collect(),
        }
    }

    fn id(&self, key: &K) -> Option<usize> {
        self.ids.get(key).copied()
    }
}

/// In how many texts of each class each thing occurs.
fn count<'t, 'o, K: Eq + Hash, I: Iterator<Item = K>>(
    texts: &'t [Text<'o>],
    things: impl Fn(&'t Text<'o>) -> I,
) -> HashMap<K, Accounts> {
    let mut counts: HashMap<K, Accounts> = HashMap::new();
    for text in texts {
        for thing in things(text).collect::<HashSet<_>>() {
            counts.entry(thing).or_default().add(text.outcome);
        }
    }
    counts
}
