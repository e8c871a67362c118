//! Trackers at work: [`Trackers`].

use std::sync::Arc;

use upturn_core::{Embedding, Embeddings, EmbeddingsError, Prefix, Probability, Turn, TurnRange};

use super::matcher::{Given, Matcher};
use super::samples::Samples;
use super::{
    Background, Tracked, TrackerConfig, TrackerError, TrackerHit, TrackerQuality, TrackersConfig,
};
use crate::text::spoken_sentences;

/// Fewest sentences to set the examples against.
const LEAST_OTHERS: usize = 20;

/// Trackers, fitted to one encoder.
///
/// # Laws
///
/// - **No future.** Only the turns of the prefix are read; what is found in a turn does not depend on the others.
/// - **Same input, same bits.** Nothing is drawn by chance.
/// - **Sides.** A tracker of one side finds nothing in what the other says.
#[derive(Debug, Clone)]
pub struct Trackers {
    encoder: Arc<dyn Embeddings>,
    trackers: Vec<Tracker>,
}

#[derive(Debug, Clone)]
struct Tracker {
    config: TrackerConfig,
    matcher: Matcher,
    quality: TrackerQuality,
}

impl Trackers {
    /// Fits each tracker to its examples, and tries it on them.
    ///
    /// # Errors
    ///
    /// [`TrackerError`] if the encoder fails, or the background and the counter-examples are fewer than 20 sentences.
    pub fn fit(
        config: TrackersConfig,
        encoder: Arc<dyn Embeddings>,
        background: &Background,
    ) -> Result<Self, TrackerError> {
        let texts: Vec<_> = background.texts().collect();
        let vectors = embed(&*encoder, &texts)?;
        let trackers = config.trackers.into_iter().map(|config| {
            let own = background.said_by(config.side);
            let own = own.filter_map(|at| vectors.get(at)).collect();
            Tracker::fit(config, &*encoder, own, background.is_of_calls())
        });
        Ok(Self {
            trackers: trackers.collect::<Result<_, _>>()?,
            encoder,
        })
    }

    /// How well each does on its own examples.
    pub fn qualities(&self) -> impl Iterator<Item = &TrackerQuality> {
        self.trackers.iter().map(|tracker| &tracker.quality)
    }

    /// Finds what was said.
    ///
    /// # Errors
    ///
    /// [`TrackerError::Embeddings`].
    pub fn track(&self, prefix: Prefix<'_>) -> Result<Tracked, TrackerError> {
        let turns: Vec<_> = prefix.turns().iter().collect();
        let looked_for = self.trackers.iter().map(|it| it.config.name.clone());
        Ok(Tracked {
            looked_for: looked_for.collect(),
            hits: self.hits(&turns)?,
        })
    }

    /// Finds it in some turns, whose places are counted from 0.
    pub(crate) fn hits(&self, turns: &[&Turn]) -> Result<Vec<TrackerHit>, TrackerError> {
        let said: Vec<_> = (0..)
            .zip(turns)
            .flat_map(|(at, turn)| spoken_sentences(&turn.text).map(move |text| (at, *turn, text)))
            .filter(|(_, turn, _)| self.trackers.iter().any(|it| it.reads(turn)))
            .collect();
        let texts: Vec<_> = said.iter().map(|(.., text)| *text).collect();
        let vectors = embed(&*self.encoder, &texts)?;
        let mut hits: Vec<(usize, usize, TrackerHit)> = Vec::new();
        for ((at, turn, text), vector) in said.iter().zip(&vectors) {
            for (place, tracker) in self.trackers.iter().enumerate() {
                if let Some(probability) = tracker.finds(turn, vector) {
                    hits.push((*at, place, tracker.hit(*at, text, probability)));
                }
            }
        }
        Ok(best(hits))
    }
}

impl Tracker {
    fn fit(
        config: TrackerConfig,
        encoder: &dyn Embeddings,
        background: Vec<&Embedding>,
        mixed: bool,
    ) -> Result<Self, TrackerError> {
        let got = background.len() + config.counter_examples.len();
        if got < LEAST_OTHERS {
            return Err(TrackerError::TooFewOthers {
                tracker: config.name,
                least: LEAST_OTHERS,
                got,
            });
        }
        let examples = embed_all(encoder, &config.examples)?;
        let counters = embed_all(encoder, &config.counter_examples)?;
        let samples = Samples::new(&examples, &counters, background.into_iter());
        let uncalibrated = |source| TrackerError::Calibration {
            tracker: config.name.clone(),
            source,
        };
        let given = Given {
            rate: config.rate,
            mixed,
        };
        let left_out = Matcher::left_out(&samples, given).map_err(uncalibrated)?;
        Ok(Self {
            matcher: Matcher::fit(&samples, given).map_err(uncalibrated)?,
            quality: TrackerQuality::of(&config, &left_out),
            config,
        })
    }

    fn reads(&self, turn: &Turn) -> bool {
        self.config.side.is_none_or(|side| turn.speaker == side)
    }

    fn finds(&self, turn: &Turn, sentence: &Embedding) -> Option<Probability> {
        let probability = self.matcher.probability(sentence);
        (self.reads(turn) && probability >= self.config.at_least).then_some(probability)
    }

    fn hit(&self, at: usize, text: &str, probability: Probability) -> TrackerHit {
        TrackerHit {
            tracker: self.config.name.clone(),
            turns: TurnRange {
                start: at,
                end: at + 1,
            },
            probability,
            text: text.trim().to_owned(),
        }
    }
}

/// The likeliest sentence for each turn and tracker, in their order.
fn best(mut hits: Vec<(usize, usize, TrackerHit)>) -> Vec<TrackerHit> {
    let place = |it: &(usize, usize, TrackerHit)| (it.0, it.1);
    hits.sort_by(|a, b| {
        let chance = |it: &(usize, usize, TrackerHit)| it.2.probability.value();
        let likelier = chance(b).total_cmp(&chance(a));
        place(a).cmp(&place(b)).then(likelier)
    });
    hits.dedup_by_key(|it| place(it));
    hits.into_iter().map(|(.., hit)| hit).collect()
}

fn embed_all(encoder: &dyn Embeddings, texts: &[String]) -> Result<Vec<Embedding>, TrackerError> {
    let texts: Vec<_> = texts.iter().map(String::as_str).collect();
    embed(encoder, &texts)
}

/// One vector for each text.
fn embed(encoder: &dyn Embeddings, texts: &[&str]) -> Result<Vec<Embedding>, TrackerError> {
    if texts.is_empty() {
        return Ok(Vec::new());
    }
    let vectors = encoder.embed_documents(texts)?;
    if vectors.len() == texts.len() {
        return Ok(vectors);
    }
    Err(TrackerError::Embeddings(EmbeddingsError::Count {
        expected: texts.len(),
        got: vectors.len(),
    }))
}
