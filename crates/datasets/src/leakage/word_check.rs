//! Whether plain words know the outcome too well: [`check_words`].

use std::collections::HashMap;

use super::auc::Auc;
use super::concentration::Accounts;
use super::finding::WordsAuc;
use super::observed::Observed;
use super::predictive_columns::PARTS;

/// Least difference of a word's shares that counts, in standard errors.
const LEAST_Z: f64 = 3.0;

/// From which area on it is too good to be true, and its lower end.
const TOO_GOOD: (f64, f64) = (0.98, 0.90);
/// The same for the closing turns alone, if all turns before them are worse by the second number.
const CLOSING_GAP: (f64, f64) = (0.95, 0.15);

/// The areas of a bag of words on all turns, the closing ones, and those before; `None` if a class is missing.
pub(crate) fn check_words(sample: &[&Observed], units: Accounts) -> Option<WordsAuc> {
    let closing: Vec<Vec<u32>> = sample.iter().map(|call| call.closing_words()).collect();
    let earlier: Vec<&[u32]> = sample.iter().map(|call| call.earlier.as_slice()).collect();
    let whole: Vec<Vec<u32>> = closing
        .iter()
        .zip(&earlier)
        .map(|(a, b)| union(a, b))
        .collect();
    Some(WordsAuc {
        whole: area(sample, &whole, units)?,
        closing: area(sample, &closing, units)?,
        earlier: area(sample, &earlier, units)?,
    })
}

impl WordsAuc {
    /// Whether that is more than words can honestly know.
    pub(crate) fn is_too_good(&self) -> bool {
        let is_perfect = |auc: Auc| auc.value >= TOO_GOOD.0 && auc.low > TOO_GOOD.1;
        let gap = self.closing.value - self.earlier.value;
        is_perfect(self.whole)
            || is_perfect(self.closing)
            || (self.closing.value >= CLOSING_GAP.0
                && gap >= CLOSING_GAP.1
                && self.closing.low > TOO_GOOD.1)
    }
}

fn union(a: &[u32], b: &[u32]) -> Vec<u32> {
    let mut all = [a, b].concat();
    all.sort_unstable();
    all.dedup();
    all
}

/// Calls with a word, by part and class; `[won, lost]`.
type Counts = [[f64; 2]; PARTS];

/// Cross-fitted naive Bayes over the presence of words whose shares differ between the classes of the other parts.
fn area<W: AsRef<[u32]>>(sample: &[&Observed], words: &[W], units: Accounts) -> Option<Auc> {
    let cell = |call: &Observed| (call.part(), usize::from(!call.outcome.is_won()));
    let mut totals = Counts::default();
    let mut counts: HashMap<u32, Counts> = HashMap::new();
    for (call, words) in sample.iter().zip(words) {
        let (part, class) = cell(call);
        add(&mut totals, part, class);
        for word in words.as_ref() {
            add(counts.entry(*word).or_default(), part, class);
        }
    }
    let weights: HashMap<u32, [f64; PARTS]> = counts
        .into_iter()
        .map(|(word, counts)| {
            (
                word,
                std::array::from_fn(|part| weight(&counts, &totals, part)),
            )
        })
        .filter(|(_, weights)| weights.iter().any(|weight| *weight != 0.0))
        .collect();
    let score = |call: &Observed, words: &[u32]| {
        let of = |word: &u32| weights.get(word)?.get(call.part());
        words.iter().filter_map(of).sum::<f64>()
    };
    let mut scored: Vec<_> = sample
        .iter()
        .zip(words)
        .map(|(call, words)| (score(call, words.as_ref()), call.outcome.is_won()))
        .collect();
    Auc::of(&mut scored, units)
}

fn add(counts: &mut Counts, part: usize, class: usize) {
    if let Some(count) = counts.get_mut(part).and_then(|part| part.get_mut(class)) {
        *count += 1.0;
    }
}

/// Logarithm of how much more often won calls have the word, learned without one part; 0 if chance would do.
fn weight(counts: &Counts, totals: &Counts, without: usize) -> f64 {
    let rest = |counts: &Counts| {
        let parts = counts
            .iter()
            .enumerate()
            .filter(|(part, _)| *part != without);
        parts.fold((0.0, 0.0), |(won, lost), (_, [w, l])| (won + w, lost + l))
    };
    let ((won, lost), (all_won, all_lost)) = (rest(counts), rest(totals));
    let pooled = (won + lost) / (all_won + all_lost);
    let error = (pooled * (1.0 - pooled) * (all_won.recip() + all_lost.recip())).sqrt();
    let z = (won / all_won - lost / all_lost) / error;
    if z.is_finite() && z.abs() >= LEAST_Z {
        ((won + 0.5) / (all_won + 1.0)).ln() - ((lost + 0.5) / (all_lost + 1.0)).ln()
    } else {
        0.0
    }
}
