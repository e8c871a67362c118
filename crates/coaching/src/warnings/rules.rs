//! All rules of a file: [`Rules`].

use upturn_core::Metadata;

use super::file;
use super::rule::Rule;
use super::truth::Truth;
use super::{Judgement, RuleLift, RulesError, lift};
use crate::{LabelledCall, Measures};

/// Rules that warn.
///
/// ```
/// use upturn_coaching::{Meter, Rules};
/// use upturn_core::{Conversation, ConversationId, Metadata, Speaker, Turn};
///
/// let rules = Rules::from_toml(
///     r#"
/// [[rule]]
/// name = "no_question"                                 # unique
/// says = "the seller asked nothing"
/// advice = "ask how it is done today"                  # may be left out
/// when = "finished"                                    # or "always", the default
/// all = [{ measure = "seller_questions", at_most = 0 }]
/// any = [                                              # one of these as well, if there are any
///   { measure = "talk_share", above = 0.5 },           # above, below, at_least, at_most; is = true or false
///   { metadata = "stage", equals = "Discovery" },
/// ]
/// "#,
/// )?;
/// let turns = vec![Turn::new(Speaker::Seller, "It is the best."), Turn::new(Speaker::Buyer, "I see.")];
/// let call = Conversation::new(ConversationId::new("a")?, turns)?;
/// let judged = rules.judge(&Meter::default().measure(call.whole()), call.metadata());
/// assert_eq!(judged.warnings.first().map(|it| it.evidence.len()), Some(2));
///
/// let typo = Rules::from_toml("[[rule]]\nname = \"a\"\nsays = \"b\"\nall = [{ measure = \"talk_shar\", above = 0.5 }]");
/// let said = typo.map_err(|error| error.to_string()).err().unwrap_or_default();
/// assert!(said.starts_with("line 4, column 20 of the rules: unknown variant `talk_shar`, expected one of"), "{said}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Rules(Vec<Rule>);

impl Default for Rules {
    /// Those of [`DEFAULT`](Self::DEFAULT); a test proves that its text is sound.
    fn default() -> Self {
        Self::from_toml(Self::DEFAULT).unwrap_or(Self(Vec::new()))
    }
}

impl Rules {
    /// The shipped file: no next step, single-threaded, no decision maker, price not mentioned, stalled, put off,
    /// ghosted, no answer, long monologue, unanswered objection, competitor late, discount early.
    pub const DEFAULT: &str = include_str!("default.toml");

    /// Reads a file of rules.
    ///
    /// # Errors
    ///
    /// [`RulesError`] with the line, the column and what was expected.
    pub fn from_toml(text: &str) -> Result<Self, RulesError> {
        file::read(text).map(Self)
    }

    /// Names of the rules in their order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|rule| rule.name.as_str())
    }

    /// The rule of this name.
    pub(crate) fn named(&self, name: &str) -> Option<&Rule> {
        self.0.iter().find(|rule| rule.name == name)
    }

    /// Judges a call by every rule.
    ///
    /// A rule holds, does not hold, or cannot be judged because it needs what is not known; a rule for calls that are over
    /// does not hold of one that goes on.
    pub fn judge(&self, measures: &Measures, metadata: &Metadata) -> Judgement {
        let mut judgement = Judgement::default();
        for rule in &self.0 {
            match rule.truth(measures, metadata) {
                Truth::Yes => judgement.warnings.push(rule.warning(measures, metadata)),
                Truth::No => {}
                Truth::Unknown => judgement.unjudged.push(rule.unjudged(measures, metadata)),
            }
        }
        judgement
    }

    /// How much more often calls were lost where a rule held, by rule.
    ///
    /// The calls should be others than those a rule was made from, and their measures of the same part of a call (all
    /// whole, or all of the first 20 turns).
    pub fn lift(&self, calls: &[LabelledCall<'_>]) -> Vec<RuleLift> {
        self.0.iter().map(|rule| lift::of(rule, calls)).collect()
    }
}
