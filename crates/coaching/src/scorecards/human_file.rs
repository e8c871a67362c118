//! Scores by people in a file, one a line: [`HumanFile`].

mod row;

use std::collections::BTreeMap;

use upturn_core::{ConversationId, Diagnostic, ErrorKind};

use super::{HumanScores, Rubric};
use row::Row;

/// What a file of scores by people holds.
///
/// CSV with the columns `conversation`, `question` and `points` in any order, or JSON Lines with these three keys. Blank lines
/// are passed over.
///
/// # Laws
///
/// - Each line is in `scores` or in `rejected`, in the order of the file within a call; calls are in the order of ids.
/// - Points are from 0 to what the rubric gives, and no question of a call is scored twice.
#[derive(Debug, Default)]
pub struct HumanFile {
    /// What can be used, by call.
    pub scores: Vec<HumanScores>,
    /// The other lines.
    pub rejected: Vec<HumanRowError>,
}

/// A line that is no score, with its place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the scores: {fault}")]
pub struct HumanRowError {
    /// The line, from 1.
    pub line: u64,
    /// What is wrong there.
    pub fault: HumanRowFault,
}

/// What may be wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HumanRowFault {
    /// The columns are not those of such a file.
    #[error("expected the columns `conversation`, `question` and `points`, got `{}`", got.join("`, `"))]
    Columns {
        /// Those there are.
        got: Vec<String>,
    },
    /// It is no line of such a file.
    #[error("expected a conversation, a question and points: {what}")]
    Form {
        /// What the parser says.
        what: String,
    },
    /// No call has such a name.
    #[error("expected the id of a conversation: {what}")]
    Id {
        /// Why.
        what: String,
    },
    /// The rubric does not ask this.
    #[error("the rubric has no question `{got}`, expected one of `{}`", expected.join("`, `"))]
    Question {
        /// What was written.
        got: String,
        /// Those there are.
        expected: Vec<String>,
    },
    /// Points that the question does not give.
    #[error("expected points from 0 to {most} for `{question}`, got `{got}`")]
    Points {
        /// Of which question.
        question: String,
        /// The most that it gives.
        most: String,
        /// What was written.
        got: String,
    },
    /// It was scored before.
    #[error("`{question}` of this conversation is scored on line {first} already")]
    Twice {
        /// Which question.
        question: String,
        /// Where it was scored first.
        first: u64,
    },
}

impl Diagnostic for HumanRowError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::InvalidInput
    }

    fn hint(&self) -> Option<String> {
        let hint = "a line is `call-7,asks,2` below `conversation,question,points`, or \
                    {\"conversation\":\"call-7\",\"question\":\"asks\",\"points\":2}";
        Some(hint.to_owned())
    }
}

impl HumanFile {
    /// Reads scores of the questions of a rubric.
    ///
    /// ```
    /// use upturn_coaching::{HumanFile, Rubric};
    ///
    /// let text = "conversation,question,points\ncall-7,asks,2\ncall-7,asks_openly,9\n";
    /// let file = HumanFile::read(text, &Rubric::default())?;
    /// assert_eq!(file.scores[0].scores["asks"], 2.0);
    /// let why = file.rejected[0].to_string();
    /// assert_eq!(why, "line 3 of the scores: expected points from 0 to 1 for `asks_openly`, got `9`");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`HumanRowFault::Columns`] if the first line of a CSV file does not name the three columns.
    pub fn read(text: &str, rubric: &Rubric) -> Result<Self, HumanRowError> {
        let text = text.trim_start_matches('\u{feff}');
        let rows = if text.trim_start().starts_with('{') {
            row::of_json(text)
        } else {
            row::of_csv(text)?
        };
        let mut reading = Reading::default();
        for (line, row) in rows {
            if let Err(fault) = row.and_then(|row| reading.take(line, row, rubric)) {
                reading.rejected.push(HumanRowError { line, fault });
            }
        }
        Ok(reading.end())
    }
}

/// What was read so far.
#[derive(Debug, Default)]
struct Reading {
    calls: BTreeMap<ConversationId, BTreeMap<String, f64>>,
    lines: BTreeMap<(ConversationId, String), u64>,
    rejected: Vec<HumanRowError>,
}

impl Reading {
    fn take(&mut self, line: u64, row: Row, rubric: &Rubric) -> Result<(), HumanRowFault> {
        let id = ConversationId::new(row.conversation).map_err(|error| HumanRowFault::Id {
            what: error.to_string(),
        })?;
        let question = row.question;
        let Some(most) = rubric.most(&question) else {
            return Err(HumanRowFault::Question {
                got: question,
                expected: rubric.names().map(str::to_owned).collect(),
            });
        };
        let given = row.points.parse().ok();
        let Some(points) = given.filter(|points| (0.0..=most).contains(points)) else {
            return Err(HumanRowFault::Points {
                question,
                most: most.to_string(),
                got: row.points,
            });
        };
        let place = (id, question);
        if let Some(first) = self.lines.get(&place) {
            let (question, first) = (place.1, *first);
            return Err(HumanRowFault::Twice { question, first });
        }
        self.lines.insert(place.clone(), line);
        let (id, question) = place;
        self.calls.entry(id).or_default().insert(question, points);
        Ok(())
    }

    fn end(self) -> HumanFile {
        let scores = self.calls.into_iter();
        HumanFile {
            scores: scores
                .map(|(conversation, scores)| HumanScores {
                    conversation,
                    scores,
                })
                .collect(),
            rejected: self.rejected,
        }
    }
}

#[cfg(test)]
mod tests;
