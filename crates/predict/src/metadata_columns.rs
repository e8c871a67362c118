//! What is known of a deal besides what is said, as one row: [`MetadataColumns`].

mod category;
mod quantity;
mod spread;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use upturn_core::Metadata;

use crate::Lesson;
use category::Category;
use quantity::{LearntQuantity, Quantity};
use spread::{Law, Spread};

/// The columns of a row of metadata, learnt from labelled conversations.
///
/// | field | columns |
/// |---|---|
/// | `stage`, `industry`, `source`, `language` | one for each learnt value: 1 where the field has it, else 0 |
/// | `amount`, `contacts`, `days_in_stage`, `days_since_buyer` | `ln(1 + abs(x))` less its mean, and 1 where it is missing |
///
/// Account, rep, the days of the call and of the outcome, and whatever else stands in `extra` are never looked at: they
/// name one deal, or its end.
///
/// # Laws
///
/// - **A value that names the outcome is none.** A value is learnt only if it stands in the asked number of conversations
///   *and* among the won and among the lost: what goes with one outcome only (`Closed Won`) was more likely written
///   down after it than foretold it. That a number is there, or missing, is under the same law: an amount that only won deals
///   have says nothing. What was written afterwards and goes with both outcomes is not found out; see `upturn inspect`.
/// - **A value that all have is none** either, so that nothing is learnt where there is nothing to tell apart.
/// - **Unknown and absent values are zeros**: a value that was not learnt changes no number of the row but that of the
///   value it stands in the place of. A missing number counts as the mean.
/// - **Nothing beyond what was seen.** A number outside the learnt range counts as the nearest end of it.
/// - **Currency.** All amounts times one constant give rows that differ by less than the difference that the 1 in the
///   logarithm makes: by about `1 / amount`, nothing where amounts are in the thousands.
/// - **What is said does not matter**: a live prefix has the row of the finished call.
///
/// Shape of a row: `[width]`. Case and space around a value make no difference.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct MetadataColumns {
    values: BTreeSet<(Category, String)>,
    quantities: Vec<LearntQuantity>,
}

impl MetadataColumns {
    /// Names of the fields that are looked at, as in files.
    pub const FIELDS: [&str; 8] = [
        Category::Stage.as_str(),
        Category::Industry.as_str(),
        Category::Source.as_str(),
        Category::Language.as_str(),
        Quantity::Amount.as_str(),
        Quantity::Contacts.as_str(),
        Quantity::DaysInStage.as_str(),
        Quantity::DaysSinceBuyer.as_str(),
    ];

    /// Learns columns; the lessons of a conversation count as one.
    pub fn fit(lessons: &[Lesson<'_>], min_conversations: usize) -> Self {
        let calls = conversations(lessons);
        let law = Law {
            conversations: calls.len(),
            least: min_conversations,
        };
        let mut spreads: BTreeMap<(Category, String), Spread> = BTreeMap::new();
        for (metadata, won) in &calls {
            for value in values(metadata) {
                spreads.entry(value).or_default().add(*won);
            }
        }
        let learnt = spreads.into_iter().filter(|(_, spread)| law.tells(*spread));
        let of = |quantity| LearntQuantity::fit(quantity, &calls, law);
        Self {
            values: learnt.map(|(value, _)| value).collect(),
            quantities: Quantity::ALL.into_iter().filter_map(of).collect(),
        }
    }

    /// The row of a conversation.
    pub fn row(&self, metadata: &Metadata) -> Vec<f64> {
        let known: BTreeSet<(Category, String)> = values(metadata).collect();
        let values = self.values.iter();
        let values = values.map(|value| f64::from(u8::from(known.contains(value))));
        let quantities = self.quantities.iter();
        values
            .chain(quantities.flat_map(|quantity| quantity.columns(metadata)))
            .collect()
    }

    /// How many numbers a row has.
    pub fn width(&self) -> usize {
        self.values.len() + LearntQuantity::WIDTH * self.quantities.len()
    }

    /// Whether nothing is learnt of any field.
    pub fn is_empty(&self) -> bool {
        self.width() == 0
    }
}

fn values(metadata: &Metadata) -> impl Iterator<Item = (Category, String)> {
    let of = |category: Category| Some((category, category.of(metadata)?));
    Category::ALL.into_iter().filter_map(of)
}

/// Each conversation's metadata and whether it was won.
fn conversations<'a>(lessons: &[Lesson<'a>]) -> Vec<(&'a Metadata, bool)> {
    let calls: BTreeMap<&str, (&Metadata, bool)> = lessons
        .iter()
        .map(|lesson| {
            let call = lesson.prefix.conversation();
            let known = (call.metadata(), lesson.outcome.is_won());
            (call.id().as_str(), known)
        })
        .collect();
    calls.into_values().collect()
}

#[cfg(test)]
mod tests;
