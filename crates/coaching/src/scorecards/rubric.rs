//! All questions of a file: [`Rubric`].

use super::file;
use super::question::Question;
use super::{CallFacts, KnownNames, RubricError, Scorecard, Unanswered};

/// Questions that score a call.
///
/// ```
/// use upturn_coaching::{CallFacts, Meter, Rubric, Rules};
/// use upturn_core::{Conversation, ConversationId, Speaker, Turn};
///
/// let rubric = Rubric::from_toml(
///     r#"
/// [[question]]
/// name = "asks"                                          # unique
/// asks = "Did the seller ask before telling?"
/// advice = "ask how it is done today"                    # may be left out
/// points = 2                                             # the most it gives; 1 if left out
/// when = "always"                                        # the default; or "finished"
/// measure = "seller_questions"                           # or metadata, rule, tracker
/// bands = [                                              # the first that holds decides; none gives 0
///   { at_least = 2, points = 2 },
///   { at_least = 1, points = 1 },
/// ]
///
/// [[question]]
/// name = "waits"
/// asks = "Did the seller wait before answering?"
/// measure = "patience"
/// at_least = 0.5                                         # one comparison instead of bands: all points or none
/// "#,
/// )?;
/// let turns = vec![Turn::new(Speaker::Seller, "How do you plan routes?"), Turn::new(Speaker::Buyer, "By hand.")];
/// let call = Conversation::new(ConversationId::new("a")?, turns)?;
/// let measures = Meter::default().measure(call.whole());
/// let card = rubric.score(&CallFacts::new(&measures, call.metadata(), &Rules::default()));
///
/// assert_eq!((card.points, card.most, card.score), (1.0, 2.0, Some(0.5)));
/// assert_eq!(card.unanswered.first().map(|it| it.why.to_string()), Some("needs patience".to_owned())); // no times
///
/// let typo = Rubric::from_toml("[[question]]\nname = \"a\"\nasks = \"b\"\nmeasure = \"talk_shar\"\nat_most = 0.6");
/// let said = typo.map_err(|error| error.to_string()).err().unwrap_or_default();
/// assert!(said.starts_with("line 4, column 11 of the rubric: unknown variant `talk_shar`, expected one of"), "{said}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Rubric(Vec<Question>);

impl Default for Rubric {
    /// That of [`DEFAULT`](Self::DEFAULT); a test proves that its text is sound.
    fn default() -> Self {
        Self::from_toml(Self::DEFAULT).unwrap_or(Self(Vec::new()))
    }
}

impl Rubric {
    /// The shipped file: the basics of a first call.
    pub const DEFAULT: &str = include_str!("default.toml");

    /// Reads a rubric.
    ///
    /// # Errors
    ///
    /// [`RubricError`] with the line, the column and what was expected.
    pub fn from_toml(text: &str) -> Result<Self, RubricError> {
        Self::from_toml_knowing(text, &KnownNames::default())
    }

    /// The same, where rules and trackers that are asked for must be among those known.
    ///
    /// # Errors
    ///
    /// [`RubricError`], as well at a name that nothing bears.
    pub fn from_toml_knowing(text: &str, known: &KnownNames) -> Result<Self, RubricError> {
        file::read(text, known).map(Self)
    }

    /// Names of the questions in their order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|question| question.name.as_str())
    }

    /// The most points that a question gives; none if nothing is asked by that name.
    pub fn most(&self, name: &str) -> Option<f64> {
        let mut questions = self.0.iter();
        let question = questions.find(|question| question.name == name)?;
        Some(question.most)
    }

    /// Scores a call.
    pub fn score(&self, call: &CallFacts<'_>) -> Scorecard {
        let (mut answers, mut unanswered) = (Vec::new(), Vec::new());
        for question in &self.0 {
            match question.answer(call) {
                Ok(answer) => answers.push(answer),
                Err(why) => unanswered.push(Unanswered {
                    question: question.name.clone(),
                    asks: question.asks.clone(),
                    most: question.most,
                    why,
                }),
            }
        }
        Scorecard::of(answers, unanswered)
    }
}
