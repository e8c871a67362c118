//! The rules of cleaning in their order: [`Cleaner`].

use upturn_core::Metadata;

use super::boilerplate::Boilerplate;
use super::characters::{Survey, rewrite};
use super::fillers::Fillers;
use super::turns::{Piece, SaidWords, Turns};
use super::words::is_bracket;
use super::{CleaningCounts, CleaningOptions, artefacts, language, long};
use crate::{Transcript, Utterance};

/// Takes away what recorders and recognisers add to a call. The laws and the order of the rules stand at the module.
///
/// ```
/// use upturn_datasets::{Cleaner, CleaningOptions, Transcript, Utterance};
///
/// let mut call = Transcript::default();
/// let rep = call.party("rep");
/// for text in ["[Music]", "So we we we we", " can  start in May."] {
///     call.utterances.push(Utterance {
///         party: Some(rep),
///         text: text.to_owned(),
///         ..Utterance::default()
///     });
/// }
/// let counts = Cleaner::new(CleaningOptions::default()).clean(&mut call);
/// assert_eq!(call.utterances.len(), 1);
/// assert_eq!(call.utterances[0].text, "So we can start in May.");
/// assert_eq!((counts.empty, counts.loops, counts.merged), (1, 1, 1));
/// assert!(counts.is_balanced());
/// ```
#[derive(Debug, Clone)]
pub struct Cleaner {
    options: CleaningOptions,
    boilerplate: Boilerplate,
}

impl Cleaner {
    /// Cleans by these options.
    pub fn new(options: CleaningOptions) -> Self {
        Self {
            options,
            boilerplate: Boilerplate::new(),
        }
    }

    /// Cleans a transcript, and names its language where the metadata do not. It may have no utterance left.
    pub fn clean(&self, transcript: &mut Transcript) -> CleaningCounts {
        let Transcript {
            utterances,
            metadata,
            ..
        } = transcript;
        let (mut counts, words) = self.clean_utterances(utterances, metadata);
        if metadata.language.is_some() || !self.options.identify_language {
            return counts;
        }
        let Some(tag) = language::identify(utterances, &words) else {
            counts.languages_unknown += 1;
            return counts;
        };
        counts.languages_identified += 1;
        metadata.language = Some(tag.to_owned());
        if self.options.fillers {
            let between = counts.utterances_out;
            counts += self.clean_utterances(utterances, metadata).0;
            counts.utterances_in -= between;
            counts.utterances_out -= between;
        }
        counts
    }

    fn clean_utterances(
        &self,
        utterances: &mut Vec<Utterance>,
        metadata: &Metadata,
    ) -> (CleaningCounts, SaidWords) {
        let language = metadata
            .language
            .as_deref()
            .filter(|_| self.options.fillers);
        let fillers = language.and_then(Fillers::of);
        let mut turns = Turns::new(&self.options, &self.boilerplate, utterances.len());
        for mut said in std::mem::take(utterances) {
            turns.counts.utterances_in += 1;
            let survey = Survey::of(&said.text);
            turns.counts.rewritten += u64::from(rewrite(&mut said.text, survey));
            self.add(said, survey, fillers, &mut turns);
        }
        let (said, words, counts) = turns.finish();
        *utterances = said;
        (counts, words)
    }

    /// Cleans the text of an utterance by itself and hands on what is left, in pieces if it is too long.
    fn add(
        &self,
        said: Utterance,
        survey: Survey,
        fillers: Option<Fillers>,
        turns: &mut Turns<'_>,
    ) {
        let (mut next, mut left) = (Some(said), Vec::new());
        while let Some(said) = next.take().or_else(|| left.pop()) {
            let piece = self.piece(said, survey, fillers, &mut turns.counts);
            let text = &piece.said.text;
            if text.is_empty() {
                turns.counts.empty += 1;
            } else if let Some(pieces) = long::cut(text, self.options.max_turn_words) {
                turns.counts.split += 1;
                turns.counts.added += pieces.len() as u64 - 1;
                // Once more from the start: where a bracket was cut from its other, it means something else.
                left.extend(apart(&piece.said, pieces).rev());
            } else {
                turns.push(piece);
            }
        }
    }

    /// An utterance without artefacts and fillers.
    fn piece(
        &self,
        mut said: Utterance,
        survey: Survey,
        fillers: Option<Fillers>,
        counts: &mut CleaningCounts,
    ) -> Piece {
        let mut unclosed = false;
        if self.options.artefacts && survey.has_signs(&said.text) {
            let removed = artefacts::remove(&said.text);
            unclosed = removed.unclosed;
            counts.artefacts += removed.count;
            if removed.count > 0 {
                said.text = removed.text;
            }
        }
        if let Some(fillers) = fillers {
            counts.fillers += fillers.remove(&mut said.text);
        }
        let brackets = survey.brackets() && said.text.bytes().any(is_bracket);
        Piece {
            said,
            brackets,
            unclosed,
        }
    }
}

/// The pieces of an utterance: the first has its start, the last its end, and where it was cut is not known.
fn apart(said: &Utterance, pieces: Vec<String>) -> impl DoubleEndedIterator<Item = Utterance> {
    let last = pieces.len() - 1;
    let (party, start_ms, end_ms) = (said.party, said.start_ms, said.end_ms);
    pieces
        .into_iter()
        .enumerate()
        .map(move |(place, text)| Utterance {
            party,
            text,
            start_ms: start_ms.filter(|_| place == 0),
            end_ms: end_ms.filter(|_| place == last),
        })
}
