//! Words of columns, ids and file names that stand in one class: [`telling_values`], [`telling_names`].

use std::collections::HashMap;

use super::account_words::{Account, count};
use super::columns::Cell;
use super::concentration::{Accounts, Bar, Concentration, Fisher};
use super::finding::WordPlace;
use super::label_words::{is_label_in_name, is_label_word};
use super::observed::Observed;
use super::tokens::words;

/// Words of one value that are looked at.
const MOST_WORDS: usize = 32;

/// A word, where it stands, and how it is spread.
pub(crate) type Telling = (WordPlace, String, Concentration);

/// Values of columns, words of values, and whether there is a value, that stand in one class; the strongest first.
pub(crate) fn telling_values(
    accounts: &[Account<'_>],
    names: &[&str],
    units: Accounts,
) -> Vec<Telling> {
    let least = units.least(Bar::LABEL.percent);
    let mut counts = HashMap::new();
    // One column at a time, so that only its rare words are in memory.
    for (column, name) in names.iter().enumerate() {
        let of_column = count(accounts, |call| value_words(call, name));
        let frequent = of_column
            .into_iter()
            .filter(|(_, with)| with.total() >= least);
        counts.extend(frequent.map(|(word, with)| ((column, word), with)));
    }
    let place = |column: usize| {
        let name = names.get(column).copied().unwrap_or_default();
        WordPlace::Column(name.to_owned())
    };
    tell(counts, units, place, is_label_word)
}

/// Words of ids and file names that stand in one class; the strongest first.
pub(crate) fn telling_names(accounts: &[Account<'_>], units: Accounts) -> Vec<Telling> {
    let counts = count(accounts, |call| {
        let ids = call.id_words.iter().map(|word| (true, word.clone()));
        ids.chain(call.path_words.iter().map(|word| (false, word.clone())))
    });
    let place = |is_id| {
        if is_id {
            WordPlace::Id
        } else {
            WordPlace::Path
        }
    };
    tell(counts, units, place, is_label_in_name)
}

/// What passes the test, of one family of words.
fn tell<P: Copy>(
    counts: HashMap<(P, String), Accounts>,
    units: Accounts,
    place: impl Fn(P) -> WordPlace,
    is_label: fn(&str) -> bool,
) -> Vec<Telling> {
    let bar = |word: &str| if is_label(word) { Bar::LABEL } else { Bar::ANY };
    let mut tested = counts;
    tested.retain(|(_, word), with| with.total() >= units.least(bar(word).percent));
    let fisher = Fisher::new(units);
    let tests = tested.len();
    let mut found: Vec<Telling> = tested
        .into_iter()
        .filter_map(|((at, word), with)| {
            let spread = fisher.concentration(with, bar(&word), tests)?;
            Some((place(at), word, spread))
        })
        .collect();
    found.sort_by(|(place_a, a, in_a), (place_b, b, in_b)| {
        let by_p = in_a.p_value.total_cmp(&in_b.p_value);
        by_p.then_with(|| (place_a, a).cmp(&(place_b, b)))
    });
    found
}

/// The value that a call has in a column, its words, and whether there is one.
fn value_words(call: &Observed, column: &str) -> Vec<String> {
    let cells = call.columns.iter().filter(|(name, _)| name == column);
    let mut found: Vec<String> = Vec::new();
    for (_, cell) in cells {
        match cell {
            Cell::Number(number) => found.push(number.to_string()),
            Cell::Text(text) => {
                found.push(text.to_lowercase());
                found.extend(words(text).take(MOST_WORDS));
            }
        }
    }
    let state = if found.is_empty() {
        "(missing)"
    } else {
        "(present)"
    };
    found.push(state.to_owned());
    found
}
