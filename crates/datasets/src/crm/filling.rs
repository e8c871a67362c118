//! What of a deal may go into a call's metadata: [`Crm::apply`].

use serde_json::Value;
use upturn_core::{Date, Metadata};

use super::keys::words;
use super::{Crm, Deal, Match, StageChange};

/// What [`Crm::apply`] did to the metadata of a call, by names of fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Filled {
    /// Fields that were empty and are filled now.
    pub filled: Vec<&'static str>,
    /// Fields of which the source says something else; the source's word stands.
    pub conflicts: Vec<&'static str>,
}

impl Crm {
    /// Fills the metadata of a call with what its deal tells and what could be known at the time of the call.
    ///
    /// - `account` (without one `deal:` and the deal's id, so that its calls stay on one side of a split), `rep`,
    ///   `industry`, and `date` from the table of calls;
    /// - `stage` and `amount` as recorded by the last change *before the day of the call*: what changed on that day may
    ///   have changed because of the call. Without a record they stay empty (see
    ///   [`current_amount`](super::CrmOptions::current_amount)); a stage that ends deals is never filled in;
    /// - in `extra` the `crm_deal_id`, the `crm_account_id` and the `crm_rule` that joined them.
    ///
    /// Everything else of the deal holds now, not then, and stays in the CRM. The owner and the industry do hold now: if
    /// deals change hands when they are won, leave the rep to the source. What the source says is never overwritten.
    pub fn apply(&self, found: &Match<'_>, metadata: &mut Metadata) -> Filled {
        let (deal, mut filled) = (found.deal, Filled::default());
        let account = deal.account.clone().or_else(|| deal.account_id.clone());
        let account = account.unwrap_or_else(|| format!("deal:{}", deal.id));
        let day = metadata.date.or(found.day);
        filled.text("account", &mut metadata.account, Some(account));
        filled.text("rep", &mut metadata.rep, deal.owner.clone());
        filled.text("industry", &mut metadata.industry, deal.industry.clone());
        filled.text("stage", &mut metadata.stage, self.stage_before(deal, day));
        let amount = self.amount_before(deal, day);
        filled.value("amount", &mut metadata.amount, amount, |a, b| {
            (a - b).abs() < 0.005
        });
        filled.value("date", &mut metadata.date, found.day, |a, b| a == b);
        for (key, value) in [
            ("crm_deal_id", Some(deal.id.clone())),
            ("crm_account_id", deal.account_id.clone()),
            ("crm_rule", Some(found.rule.as_str().to_owned())),
        ] {
            let mut given = metadata.extra.remove(key);
            filled.value(key, &mut given, value.map(Value::String), |a, b| a == b);
            metadata
                .extra
                .extend(given.map(|given| (key.to_owned(), given)));
        }
        filled
    }

    /// The stage before the day of a call; never one that ends deals.
    fn stage_before(&self, deal: &Deal, day: Option<Date>) -> Option<String> {
        let stage = before(deal, day?).last()?.stage.clone();
        self.rules.end(&stage).is_none().then_some(stage)
    }

    /// The amount before the day of a call, or the present one if that is allowed.
    fn amount_before(&self, deal: &Deal, day: Option<Date>) -> Option<f64> {
        let changes = day.map(|day| before(deal, day)).unwrap_or_default();
        let recorded = changes.iter().rev().find_map(|change| change.amount);
        recorded.or(deal.amount.filter(|_| self.options.current_amount))
    }
}

/// The changes before a day.
fn before(deal: &Deal, day: Date) -> &[StageChange] {
    let history = deal.history();
    let end = history.partition_point(|change| change.day() < day);
    history.get(..end).unwrap_or_default()
}

impl Filled {
    fn text(&mut self, field: &'static str, into: &mut Option<String>, from: Option<String>) {
        self.value(field, into, from, |a, b| words(a) == words(b));
    }

    fn value<T>(
        &mut self,
        field: &'static str,
        into: &mut Option<T>,
        from: Option<T>,
        is_same: impl Fn(&T, &T) -> bool,
    ) {
        match (into.as_ref(), from) {
            (None, Some(from)) => {
                *into = Some(from);
                self.filled.push(field);
            }
            (Some(given), Some(from)) if !is_same(given, &from) => self.conflicts.push(field),
            (_, None) | (Some(_), Some(_)) => {}
        }
    }
}
