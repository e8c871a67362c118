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
    /// - in `extra` `days_in_stage`, from the day on which the deal came to that stage to the day of the call, unless the
    ///   source names another stage;
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
        let stage = self.stage_before(deal, day);
        let days = stage.as_ref().zip(day);
        let days = days.and_then(|((_, since), day)| days_between(*since, day));
        let stage = stage.map(|(stage, _)| stage);
        filled.text("stage", &mut metadata.stage, stage.clone());
        let is_stage = stage.zip(metadata.stage.as_ref());
        let is_stage = is_stage.is_some_and(|(stage, given)| words(&stage) == words(given));
        let days = days.filter(|_| is_stage);
        let amount = self.amount_before(deal, day);
        filled.value("amount", &mut metadata.amount, amount, |a, b| {
            (a - b).abs() < 0.005
        });
        filled.value("date", &mut metadata.date, found.day, |a, b| a == b);
        let rule = found.rule.as_str().to_owned();
        for (key, value) in [
            (Metadata::DAYS_IN_STAGE, days.map(Value::from)),
            ("crm_deal_id", Some(deal.id.clone().into())),
            ("crm_account_id", deal.account_id.clone().map(Value::from)),
            ("crm_rule", Some(rule.into())),
        ] {
            let mut given = metadata.extra.remove(key);
            filled.value(key, &mut given, value, |a, b| a == b);
            metadata
                .extra
                .extend(given.map(|given| (key.to_owned(), given)));
        }
        filled
    }

    /// The stage before the day of a call and the day on which the deal came to it; never a stage that ends deals.
    fn stage_before(&self, deal: &Deal, day: Option<Date>) -> Option<(String, Date)> {
        let changes = before(deal, day?);
        let stage = &changes.last()?.stage;
        let is_same = |change: &&StageChange| words(&change.stage) == words(stage);
        // A change of the amount alone is in the history too, and begins no stage.
        let since = changes.iter().rev().take_while(is_same).last()?.day();
        let is_open = self.rules.end(stage).is_none();
        is_open.then(|| (stage.clone(), since))
    }

    /// The amount before the day of a call, or the present one if that is allowed.
    fn amount_before(&self, deal: &Deal, day: Option<Date>) -> Option<f64> {
        let changes = day.map(|day| before(deal, day)).unwrap_or_default();
        let recorded = changes.iter().rev().find_map(|change| change.amount);
        recorded.or(deal.amount.filter(|_| self.options.current_amount))
    }
}

/// How many days later the second is; none if it is earlier.
fn days_between(from: Date, to: Date) -> Option<i32> {
    let days = from.until(to).ok()?.get_days();
    (days >= 0).then_some(days)
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
