//! How much of an answer is shown: [`AnswerArgs`].

use std::num::NonZeroUsize;

use clap::Args;
use upturn::retrieval::Search;

use crate::question::Ranking;
use crate::question_error::QuestionError;

/// Options of a list of moments.
#[derive(Debug, Args)]
#[command(next_help_heading = "What is shown")]
pub(crate) struct AnswerArgs {
    /// At most so many moments, or calls with `--per-call`.
    #[arg(long, value_name = "K", default_value = "10")]
    pub(crate) limit: NonZeroUsize,
    /// Which page of so many; the first is 1.
    #[arg(long, value_name = "N", default_value = "1")]
    pub(crate) page: NonZeroUsize,
    /// Each call once, by its best moment.
    #[arg(long)]
    per_call: bool,
    /// Rather different moments than alike ones: maximal marginal relevance among the 200 best, with this λ from 0 (difference
    /// alone) to 1 (nearness alone). 0.7 is usual.
    #[arg(long, value_name = "LAMBDA", allow_hyphen_values = true)]
    variety: Option<f32>,
    /// Only moments with this score or more: a cosine with `--meaning` or `--like`, BM25 with `--words`.
    #[arg(long, value_name = "X", allow_hyphen_values = true)]
    least_score: Option<f32>,
}

impl AnswerArgs {
    /// Whether it can be had by such a ranking.
    ///
    /// # Errors
    ///
    /// [`QuestionError::Variety`], [`QuestionError::NoScore`] or [`QuestionError::LeastScore`].
    pub(crate) fn check(&self, ranking: Ranking) -> Result<(), QuestionError> {
        if let Some(got) = self.variety.filter(|got| !(0.0..=1.0).contains(got)) {
            return Err(QuestionError::Variety { got });
        }
        match self.least_score {
            Some(_) if ranking == Ranking::ReciprocalRankFusion => Err(QuestionError::NoScore),
            Some(got) if got.is_nan() => Err(QuestionError::LeastScore { got }),
            Some(_) | None => Ok(()),
        }
    }

    /// The page of it, and one more: whether there is a next one.
    pub(crate) fn page_of(&self, search: Search) -> Search {
        let limit = self.limit.get();
        Search {
            limit: limit.saturating_add(1),
            offset: limit.saturating_mul(self.page.get() - 1),
            score_threshold: self.least_score,
            per_call: self.per_call,
            relevance: self.variety,
            ..search
        }
    }
}
