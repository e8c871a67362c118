//! How often a side hesitates or hedges: [`Hesitation`].

use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_core::{Speaker, TurnRange};

use crate::text::{Phrases, Said};

/// Sounds of hesitation and markers that fill a pause. `like`, `so` and `well` are left out: more often they are words.
const FILLERS: &[&str] = &[
    "um", "umm", "uh", "uhh", "uhm", "er", "err", "erm", "hm", "hmm", "ah", "you know", "i mean",
];
/// What takes back a part of a claim.
const HEDGES: &[&str] = &[
    "apparently",
    "as far as i know",
    "could be",
    "hopefully",
    "i believe",
    "i assume",
    "i feel like",
    "i guess",
    "i suppose",
    "i think",
    "i would say",
    "id say",
    "in a way",
    "it seems",
    "kind of",
    "kinda",
    "likely",
    "maybe",
    "might",
    "more or less",
    "not sure",
    "perhaps",
    "possibly",
    "presumably",
    "pretty much",
    "probably",
    "roughly",
    "seems like",
    "somehow",
    "somewhat",
    "sort of",
    "sorta",
    "supposedly",
    "to some extent",
];

#[derive(Debug, Clone, Copy, PartialEq)]
enum Mark {
    Filler,
    Hedge,
}

static MARKS: LazyLock<Phrases<Mark>> = LazyLock::new(|| {
    let fillers = FILLERS.iter().map(|phrase| (*phrase, Mark::Filler));
    Phrases::new(fillers.chain(HEDGES.iter().map(|phrase| (*phrase, Mark::Hedge))))
});

/// Fillers and hedges of one side.
///
/// - **Unit, range.** Fillers or hedges per 100 words of the side, from 0.
/// - **`None`.** The side has said nothing; of the whole, the call is in another language than English.
/// - **Source.** Fillers: Clark and Fox Tree 2002, "Using *uh* and *um* in spontaneous speaking", with the markers of Fox
///   Tree and Schrock 2002, "Basic meanings of *you know* and *I mean*". Hedges: Lakoff 1973. The lists are ours.
/// - **Mind.** A recorder or a cleaning step that removes fillers leaves a rate near 0, which says nothing of the speaker.
///
/// Law: the order of the turns makes no difference.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Hesitation {
    /// Fillers per 100 words.
    pub fillers: Option<f64>,
    /// Hedges per 100 words.
    pub hedges: Option<f64>,
    /// Turns with a filler, rising.
    pub filler_turns: Vec<TurnRange>,
    /// Turns with a hedge, rising.
    pub hedge_turns: Vec<TurnRange>,
}

impl Hesitation {
    pub(crate) fn of(said: &[Said<'_>], speaker: Speaker) -> Self {
        let own = || said.iter().filter(|said| said.is_by(speaker));
        let words: usize = own().map(|said| said.words).sum();
        let rate = |mark| {
            let found: usize = own().map(|said| count(said, mark)).sum();
            (words > 0).then(|| 100.0 * found as f64 / words as f64)
        };
        let turns = |mark| {
            let marked = own().filter(|said| count(said, mark) > 0);
            marked.map(Said::range).collect()
        };
        Self {
            fillers: rate(Mark::Filler),
            hedges: rate(Mark::Hedge),
            filler_turns: turns(Mark::Filler),
            hedge_turns: turns(Mark::Hedge),
        }
    }
}

fn count(said: &Said<'_>, mark: Mark) -> usize {
    let sentences = said.sentences.iter();
    sentences
        .flat_map(|sentence| MARKS.found(&sentence.words))
        .filter(|found| *found == mark)
        .count()
}
