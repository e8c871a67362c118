//! What is learnt from examples before anything is blended: [`Parts`].

mod example;
mod usual_offers;
mod view;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use upturn_core::{
    Cause, EmbeddingsError, EncodedMoment, PredictorError, Prefix, RetrievalRequest, Retriever,
    Turn,
};

use crate::ranges::Ranges;
use crate::said::SaidTurn;
use crate::words::{SentenceSums, Sentences};
use crate::{
    LearntPart, Lexicon, LinearModel, LinearRows, MetadataColumns, Neighbours, Offer, PartLogits,
    PartSet, PredictError, PredictorConfig, Room, Stage, TermLogit, Vote, pooled,
};

pub use example::{Example, Lesson};
use usual_offers::UsualOffers;
use view::View;

/// Words, head, neighbours, shape and metadata, each with a logit of its own: 0 where [`PredictorConfig::parts`] leaves it out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Parts {
    words: Lexicon,
    /// Of finished calls, where it was asked for.
    #[serde(default)]
    sentences: Option<Sentences>,
    head: LinearModel,
    neighbours: Neighbours,
    shape: LinearModel,
    /// What the shape has seen.
    #[serde(default)]
    shapes: Ranges,
    columns: MetadataColumns,
    metadata: LinearModel,
    /// Those that were fitted.
    #[serde(default)]
    fitted: PartSet,
    /// Whether the shape sees the amounts: parts of finished calls only.
    amounts: bool,
    /// Whether it sees what was proposed, agreed and objected; models of before do not.
    #[serde(default)]
    acts: bool,
    /// What it takes for the offers of a deal without an amount, where it sees them.
    #[serde(default)]
    offers: Option<UsualOffers>,
}

impl Parts {
    /// Fits every part that is not left out; the shape learns from the [`CallActs`](upturn_acts::CallActs), from the
    /// [`Offers`](crate::Offers) where deals of both outcomes have an amount that was not written at the close, and from the [`Amounts`](crate::Amounts) where all
    /// examples are of finished calls. The settings' `C`s are per conversation: its examples share the weight 1.
    ///
    /// # Errors
    ///
    /// [`PredictError::OneOutcome`], also without examples, but not where the neighbours are all that is left in;
    /// [`PredictError::Width`] or [`PredictError::NotFinite`] where the moments do not
    /// fit each other; [`PredictError::Setting`]; [`PredictError::NotConverged`].
    pub fn fit(examples: &[Example<'_>], config: &PredictorConfig) -> Result<Self, PredictError> {
        let lessons: Vec<Lesson<'_>> = examples.iter().map(Lesson::from).collect();
        let mut moments = examples.iter().map(|example| example.moments);
        let row = || Ok(pooled(moments.next().unwrap_or_default()));
        Self::fit_within(&lessons, row, config, Room::unlimited())
    }

    /// The same, where the moments need not be in memory: `row` gives [`pooled`] of each lesson's, one after another.
    ///
    /// The rows of each fit take no more than `room` in memory; what is fitted does not depend on it, to the bit.
    ///
    /// # Errors
    ///
    /// As [`fit`](Self::fit), [`PredictError::Scratch`], or those of `row`.
    pub fn fit_within<E: From<PredictError>>(
        lessons: &[Lesson<'_>],
        mut row: impl FnMut() -> Result<Vec<f64>, E>,
        config: &PredictorConfig,
        room: Room<'_>,
    ) -> Result<Self, E> {
        config.validate()?;
        let counts = counts(lessons);
        let won: Vec<bool> = lessons
            .iter()
            .map(|lesson| lesson.outcome.is_won())
            .collect();
        if lessons.is_empty() {
            return Err(PredictError::OneOutcome { won: 0, lost: 0 }.into());
        }
        let fitted = config.parts.clone();
        let words = if fitted.contains(LearntPart::Words) {
            Lexicon::of_lessons(lessons, &counts, config, room)?
        } else {
            Lexicon::silent()
        };
        let view = View::of(lessons, &counts, config.min_conversations);
        let sentences = match config.sentences_c {
            Some(c) if view.amounts && fitted.contains(LearntPart::Words) => {
                Some(Sentences::fit(lessons, c, config, room)?)
            }
            _ => None,
        };
        let mut rows = LinearRows::new(room);
        for _ in lessons {
            rows.push(row()?)?;
        }
        let linear = |part: LearntPart, rows: LinearRows<'_>, c: f64| {
            if fitted.contains(part) {
                LinearModel::fit_rows(rows, &won, &counts, c)
            } else {
                Ok(LinearModel::silent(rows.width()))
            }
        };
        let head = linear(LearntPart::Head, rows, config.head_c)?;
        let (shapes, rows) = shape_rows(lessons, view, room)?;
        let shape = linear(LearntPart::Shape, rows, config.shape_c)?;
        let columns = columns(lessons, config);
        let metadata = if columns.is_empty() {
            LinearModel::silent(0)
        } else {
            let rows = metadata_rows(lessons, &columns, room)?;
            linear(LearntPart::Metadata, rows, config.metadata_c)?
        };
        Ok(Self {
            words,
            sentences,
            head,
            neighbours: Neighbours::new(
                config.neighbours.clone(),
                won_share(&won, &counts, config.neighbours.share_prior),
            ),
            shape,
            shapes,
            columns,
            metadata,
            fitted,
            amounts: view.amounts,
            acts: view.acts,
            offers: view.offers,
        })
    }

    /// What [`logits`](Self::logits) will ask the retriever for first, for those who answer many questions at once.
    pub fn requests(&self, prefix: Prefix<'_>, moments: &[EncodedMoment]) -> Vec<RetrievalRequest> {
        self.neighbours.requests(prefix, moments)
    }

    /// What each part says of a prefix, and the vote of the neighbours.
    ///
    /// Depends on the prefix's turns and metadata, its moments and what the retriever holds: neither on later turns nor on the
    /// outcome.
    ///
    /// # Errors
    ///
    /// [`PredictorError::Retriever`]; [`PredictorError::Embeddings`] with a [`PredictError`] as the cause if the
    /// moments have another width than those of the fit, or a number that is not finite.
    pub fn logits(
        &self,
        prefix: Prefix<'_>,
        moments: &[EncodedMoment],
        retriever: &dyn Retriever,
    ) -> Result<(PartLogits, Vote), PredictorError> {
        let vote = self.neighbours.vote(prefix, moments, retriever)?;
        let logits = self.logits_with_vote(prefix, moments, vote.logit)?;
        // Who is nearest is worth telling even where it does not count.
        Ok((logits, vote))
    }

    /// The same with a vote of the neighbours that is given.
    ///
    /// # Errors
    ///
    /// As [`logits`](Self::logits), but for the retriever's.
    pub fn logits_with_vote(
        &self,
        prefix: Prefix<'_>,
        moments: &[EncodedMoment],
        vote: f64,
    ) -> Result<PartLogits, PredictorError> {
        let texts = Texts {
            words: self.words_said(self.words.logit(prefix), || self.sentences_in(prefix)),
            shape: self.view().row(prefix),
        };
        self.logits_of(prefix, moments, &texts, vote)
    }

    /// The same with what the turns' texts say, found before: of each turn of the prefix, in order.
    pub(crate) fn logits_said(
        &self,
        prefix: Prefix<'_>,
        moments: &[EncodedMoment],
        said: &[Arc<SaidTurn>],
        vote: f64,
    ) -> Result<PartLogits, PredictorError> {
        let stage = Stage::of(prefix);
        let places = said.iter().flat_map(|turn| turn.terms(stage));
        let texts = Texts {
            words: self.words_said(self.words.logit_of(places.copied().collect()), || {
                let mut heard = SentenceSums::default();
                for turn in said {
                    heard += turn.sentences(stage);
                }
                heard
            }),
            shape: self.view().said_row(prefix, said),
        };
        self.logits_of(prefix, moments, &texts, vote)
    }

    const fn view(&self) -> View {
        View {
            amounts: self.amounts,
            acts: self.acts,
            offers: self.offers,
        }
    }

    /// Whether its words were learnt from single sentences besides whole calls; see [`PredictorConfig::sentences_c`].
    pub const fn knows_sentences(&self) -> bool {
        self.sentences.is_some()
    }

    fn sentences_in(&self, prefix: Prefix<'_>) -> SentenceSums {
        let sentences = self.sentences.as_ref();
        sentences.map_or_else(SentenceSums::default, |it| it.of(prefix))
    }

    /// What the words say of a call of which the lexicon says `words`.
    fn words_said(&self, words: f64, heard: impl FnOnce() -> SentenceSums) -> f64 {
        match &self.sentences {
            Some(sentences) => sentences.logit(words, heard()),
            None => words,
        }
    }

    /// What the sentences of one turn say; nothing where none are learnt from.
    pub(crate) fn sentences_of(&self, turn: &Turn) -> SentenceSums {
        let sentences = self.sentences.as_ref();
        sentences.map_or_else(SentenceSums::default, |it| it.of_turn(turn))
    }

    /// What each known term of a prefix adds to the logit of the words, largest first by absolute value, then in order of the
    /// alphabet.
    pub fn term_logits(&self, prefix: Prefix<'_>) -> Vec<TermLogit> {
        let terms = self.words.contributions(prefix);
        match &self.sentences {
            Some(sentences) => sentences.contributions(terms, prefix),
            None => terms,
        }
    }

    fn logits_of(
        &self,
        prefix: Prefix<'_>,
        moments: &[EncodedMoment],
        texts: &Texts,
        vote: f64,
    ) -> Result<PartLogits, PredictorError> {
        let head = self.head.logit(&pooled(moments)).map_err(unreadable)?;
        let shape = self.shapes.within(&texts.shape);
        let shape = self.shape.logit(&shape).map_err(unreadable)?;
        let known = self.columns.row(prefix.conversation().metadata());
        let metadata = self.metadata.logit(&known).map_err(unreadable)?;
        Ok(self.fitted.only(PartLogits {
            words: texts.words,
            head,
            neighbours: vote,
            shape,
            metadata,
        }))
    }

    /// What each side has offered, where the shape looks at it; nothing else.
    pub fn offers(&self, prefix: Prefix<'_>) -> Vec<Offer> {
        let offers = self.offers.and_then(|_| Offer::all(prefix));
        offers.unwrap_or_default()
    }

    /// The bag of words, for those who want to name the words that speak.
    pub fn words(&self) -> &Lexicon {
        &self.words
    }

    /// How the nearest calls vote, for those who want to take a vote apart.
    pub const fn neighbours(&self) -> &Neighbours {
        &self.neighbours
    }

    /// The logistic regression over [averages](pooled), for those who want to ask the encoder alone.
    pub fn head(&self) -> &LinearModel {
        &self.head
    }

    /// How many numbers [`pooled`] must give: [`AVERAGES`](crate::AVERAGES) times the encoder's `hidden`.
    pub fn width(&self) -> usize {
        self.head.width()
    }
}

/// What the turns' texts say.
struct Texts {
    words: f64,
    /// What the [`View`] shows.
    shape: Vec<f64>,
}

/// Those of lessons, and what they range over.
fn shape_rows<'a>(
    lessons: &[Lesson<'_>],
    view: View,
    room: Room<'a>,
) -> Result<(Ranges, LinearRows<'a>), PredictError> {
    let (mut ranges, mut rows) = (Ranges::default(), LinearRows::new(room));
    for lesson in lessons {
        let row = view.row(lesson.prefix);
        ranges.take(&row);
        rows.push(row)?;
    }
    Ok((ranges, rows))
}

/// What may be learnt of the metadata; nothing where it is left out.
fn columns(lessons: &[Lesson<'_>], config: &PredictorConfig) -> MetadataColumns {
    if config.parts.contains(LearntPart::Metadata) {
        MetadataColumns::fit(lessons, config.min_conversations)
    } else {
        MetadataColumns::default()
    }
}

fn metadata_rows<'a>(
    lessons: &[Lesson<'_>],
    columns: &MetadataColumns,
    room: Room<'a>,
) -> Result<LinearRows<'a>, PredictError> {
    let mut rows = LinearRows::new(room);
    for lesson in lessons {
        rows.push(columns.row(lesson.prefix.conversation().metadata()))?;
    }
    Ok(rows)
}

fn unreadable(error: PredictError) -> PredictorError {
    PredictorError::Embeddings(EmbeddingsError::Backend(Cause::new(error)))
}

/// One for each conversation, shared by its examples.
fn counts(lessons: &[Lesson<'_>]) -> Vec<f64> {
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    for lesson in lessons {
        *sizes.entry(lesson.prefix.id().as_str()).or_default() += 1;
    }
    lessons
        .iter()
        .map(|lesson| {
            let size = sizes.get(lesson.prefix.id().as_str()).copied();
            1.0 / size.unwrap_or(1) as f64
        })
        .collect()
}

/// The share of won conversations where `prior` of each outcome are added to those counted.
fn won_share(won: &[bool], counts: &[f64], prior: f64) -> f64 {
    let wins = won.iter().zip(counts).filter(|&(&won, _)| won);
    let wins: f64 = wins.map(|(_, count)| count).sum();
    (wins + prior) / (counts.iter().sum::<f64>() + 2.0 * prior)
}

#[cfg(test)]
mod tests;
