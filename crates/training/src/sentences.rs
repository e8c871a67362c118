//! Whether words are learnt from single sentences: [`WhenSentences`].

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use upturn_predict::{LearntPart, Lesson, PredictorConfig, sentences_gain};

use crate::trainer::Labelled;
use crate::{MemoryBudget, TrainingError};

/// `C` of sentences, where the predictor's settings name none.
const SENTENCES_C: f64 = 0.3;

/// Accounts that it takes at least to weigh what sentences say by themselves, on a fifth of them at a time.
const LEAST_ACCOUNTS: usize = 100;

/// Accounts with a won call, and with a lost one, that it takes at least where the calls decide: so that no part of a part of them
/// is of one outcome.
const ACCOUNTS_OF_EACH: usize = 10;

/// Whether the words of finished calls are learnt from single sentences besides whole calls.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WhenSentences {
    /// Where they say more of accounts that they were not learnt from ([`sentences_gain`] is above 0); never with fewer than
    /// 100 accounts, or 10 of either outcome.
    #[default]
    Better,
    /// With at least 100 accounts, else it is an error.
    Always,
    /// From whole calls alone.
    Never,
}

impl WhenSentences {
    /// The settings with the decision.
    ///
    /// # Errors
    ///
    /// [`TrainingError::FewForSentences`], or the fits' own.
    pub(crate) fn decided(
        self,
        calls: &[Labelled<'_>],
        config: &PredictorConfig,
        memory: &MemoryBudget,
    ) -> Result<PredictorConfig, TrainingError> {
        let accounts = calls.iter().map(|(call, _)| call.group());
        let accounts = accounts.collect::<HashSet<_>>().len();
        let c = config.sentences_c.unwrap_or(SENTENCES_C);
        let learns = match self {
            Self::Never => false,
            Self::Always if accounts < LEAST_ACCOUNTS => {
                return Err(TrainingError::FewForSentences {
                    expected: LEAST_ACCOUNTS,
                    got: accounts,
                });
            }
            Self::Always => true,
            Self::Better => {
                let enough = accounts >= LEAST_ACCOUNTS && of_each(calls) >= ACCOUNTS_OF_EACH;
                enough && say_more(calls, c, config, memory)?
            }
        };
        Ok(PredictorConfig {
            sentences_c: learns.then_some(c),
            ..config.clone()
        })
    }
}

/// Accounts that have a call of an outcome: of the rarer one.
fn of_each(calls: &[Labelled<'_>]) -> usize {
    let accounts = |won: bool| {
        let those = calls.iter().filter(|(_, outcome)| outcome.is_won() == won);
        those
            .map(|(call, _)| call.group())
            .collect::<HashSet<_>>()
            .len()
    };
    accounts(true).min(accounts(false))
}

fn say_more(
    calls: &[Labelled<'_>],
    c: f64,
    config: &PredictorConfig,
    memory: &MemoryBudget,
) -> Result<bool, TrainingError> {
    if !config.parts.contains(LearntPart::Words) {
        return Ok(false);
    }
    let lessons: Vec<Lesson<'_>> = calls
        .iter()
        .map(|(call, outcome)| Lesson {
            prefix: call.whole(),
            outcome: *outcome,
        })
        .collect();
    let gain = memory.with_room(|room| Ok(sentences_gain(&lessons, c, config, room)?))?;
    Ok(gain > 0.0)
}

#[cfg(test)]
mod tests {
    use upturn_core::{Conversation, Outcome};
    use upturn_predict::PartSet;

    use super::*;
    use crate::examples::calls;

    fn decided(
        when: WhenSentences,
        calls: &[Conversation],
        config: &PredictorConfig,
    ) -> Result<Option<f64>, TrainingError> {
        let labelled: Vec<Labelled<'_>> = calls
            .iter()
            .map(|call| (call, call.outcome().unwrap()))
            .collect();
        let decided = when.decided(&labelled, config, &MemoryBudget::unlimited())?;
        Ok(decided.sentences_c)
    }

    #[test]
    fn it_takes_a_hundred_accounts() {
        // Four calls an account.
        let (few, default) = (calls(396), PredictorConfig::default());
        let refused = decided(WhenSentences::Always, &few, &default).unwrap_err();
        assert!(
            refused.to_string().contains("belong to 99 accounts"),
            "{refused}"
        );
        assert_eq!(
            decided(WhenSentences::Better, &few, &default).unwrap(),
            None
        );
        let enough = decided(WhenSentences::Always, &calls(400), &default).unwrap();
        assert_eq!(enough, Some(SENTENCES_C));
    }

    #[test]
    fn it_takes_ten_accounts_of_each_outcome() {
        let all_but_nine = |(at, call): (usize, Conversation)| {
            let won = at % 2 == 0 && at < 4 * 9;
            call.with_outcome(Some(if won { Outcome::Won } else { Outcome::Lost }))
        };
        let calls: Vec<Conversation> = calls(400)
            .into_iter()
            .enumerate()
            .map(all_but_nine)
            .collect();
        let default = PredictorConfig::default();
        let better = decided(WhenSentences::Better, &calls, &default).unwrap();
        assert_eq!(better, None);
    }

    #[test]
    fn never_is_never_and_a_c_that_is_named_stays() {
        let (calls, named) = (
            calls(400),
            PredictorConfig {
                sentences_c: Some(2.0),
                ..PredictorConfig::default()
            },
        );
        assert_eq!(decided(WhenSentences::Never, &calls, &named).unwrap(), None);
        assert_eq!(
            decided(WhenSentences::Always, &calls, &named).unwrap(),
            Some(2.0)
        );
    }

    /// One sentence of the buyer decides, beside others that say nothing; or nothing does.
    #[test]
    fn where_sentences_say_no_more_calls_alone_are_learnt_from() {
        let (telling, default) = (calls(400), PredictorConfig::default());
        let better = decided(WhenSentences::Better, &telling, &default).unwrap();
        assert_eq!(better, Some(SENTENCES_C));
        let by_chance = |(at, call): (usize, Conversation)| {
            let won = at * 7919 % 1_009 % 2 == 0;
            call.with_outcome(Some(if won { Outcome::Won } else { Outcome::Lost }))
        };
        let nothing: Vec<Conversation> = telling.into_iter().enumerate().map(by_chance).collect();
        assert_eq!(
            decided(WhenSentences::Better, &nothing, &default).unwrap(),
            None
        );
        let wordless = PredictorConfig {
            parts: PartSet::of([LearntPart::Shape]),
            ..default
        };
        assert_eq!(
            decided(WhenSentences::Better, &nothing, &wordless).unwrap(),
            None
        );
    }
}
