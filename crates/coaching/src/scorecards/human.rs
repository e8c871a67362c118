//! Scores by people, and how a rubric agrees with them: [`RubricAgreement`].

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_core::ConversationId;

use super::{ScoreAgreement, ScorePair, Scorecard};

/// What people gave a call, question by question; those they left out are not scored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HumanScores {
    /// The call.
    pub conversation: ConversationId,
    /// Points by the name of the question, on the rubric's scale.
    pub scores: BTreeMap<String, f64>,
}

/// How a rubric agrees with people, over calls.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RubricAgreement {
    /// Of the share of the points, over the questions that both answered in a call.
    pub all: ScoreAgreement,
    /// Of the points, by question, in the order of names.
    pub questions: Vec<QuestionAgreement>,
    /// Scores by people where the rubric has no answer.
    pub unanswered: usize,
    /// Names in the scores by people that no card knows.
    pub unknown: Vec<String>,
}

/// How one question agrees with people.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct QuestionAgreement {
    /// Its name.
    pub question: String,
    /// Of its points.
    #[serde(flatten)]
    pub agreement: ScoreAgreement,
}

impl RubricAgreement {
    /// Measures it over calls: the account of each, its card, and what people gave it.
    pub fn of<'a>(
        calls: impl IntoIterator<Item = (&'a str, &'a Scorecard, &'a HumanScores)>,
    ) -> Self {
        let mut by_question = BTreeMap::<&str, Vec<ScorePair<'a>>>::new();
        let (mut all, mut unanswered, mut unknown) = (Vec::new(), 0, BTreeSet::new());
        for (group, card, human) in calls {
            let mut sums = [0.0; 3];
            for (name, given) in &human.scores {
                let Some((points, most)) = answer(card, name) else {
                    if card.unanswered.iter().any(|it| it.question == *name) {
                        unanswered += 1;
                    } else {
                        unknown.insert(name.clone());
                    }
                    continue;
                };
                let pair = ScorePair {
                    group,
                    rubric: points,
                    human: *given,
                };
                by_question.entry(name).or_default().push(pair);
                sums = [sums[0] + points, sums[1] + given, sums[2] + most];
            }
            let [rubric, human, most] = sums;
            all.extend((most > 0.0).then(|| ScorePair {
                group,
                rubric: rubric / most,
                human: human / most,
            }));
        }
        let questions = by_question.into_iter();
        Self {
            all: ScoreAgreement::of(all),
            questions: questions.map(QuestionAgreement::of).collect(),
            unanswered,
            unknown: unknown.into_iter().collect(),
        }
    }
}

impl QuestionAgreement {
    fn of((question, pairs): (&str, Vec<ScorePair<'_>>)) -> Self {
        Self {
            question: question.to_owned(),
            agreement: ScoreAgreement::of(pairs),
        }
    }
}

/// Points of a question and the most it gives, if the card has an answer to it.
fn answer(card: &Scorecard, name: &str) -> Option<(f64, f64)> {
    let mut answers = card.answers.iter();
    let answer = answers.find(|it| it.question == name)?;
    Some((answer.points, answer.most))
}
