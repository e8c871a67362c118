//! Which call of a deal is its last before the outcome: [`LastCalls`].

use std::collections::HashMap;

use upturn_core::Date;

use super::{CallsLabelled, Label, LabelRules, RefusalReason};
use crate::crm::Deal;

/// Finds the last call of each deal, in two passes over the calls.
///
/// First [`observe`](Self::observe) every call, then [`label`](Self::label) every call. The order of the calls does not
/// matter; of two calls on one day the one with the greater id is the last. Memory: one day and one id per deal.
#[derive(Debug, Clone)]
pub struct LastCalls<'a> {
    rules: &'a LabelRules,
    as_of: Date,
    last: HashMap<String, (Date, String)>,
}

impl<'a> LastCalls<'a> {
    /// Has seen no call yet.
    pub fn new(rules: &'a LabelRules, as_of: Date) -> Self {
        Self {
            rules,
            as_of,
            last: HashMap::new(),
        }
    }

    /// First pass. Calls that would be refused do not count: a call after the outcome is nobody's last.
    pub fn observe(&mut self, deal: &Deal, call_date: Option<Date>, call_id: &str) {
        let Some(day) = call_date else { return };
        if matches!(self.alone(deal, call_date), Label::Refused { .. }) {
            return;
        }
        match self.last.get_mut(&deal.id) {
            None => {
                self.last.insert(deal.id.clone(), (day, call_id.to_owned()));
            }
            Some(last) if (last.0, last.1.as_str()) < (day, call_id) => {
                *last = (day, call_id.to_owned());
            }
            Some(_) => {}
        }
    }

    /// Whether this is the last call of the deal that was observed and is not refused.
    pub fn is_last(&self, deal_id: &str, call_id: &str) -> bool {
        self.last.get(deal_id).is_some_and(|(_, id)| id == call_id)
    }

    /// Second pass: the label by the rules, and with `calls = "last"` only for the last call.
    ///
    /// Calls of open deals stay open, last or not: each of them can be predicted.
    pub fn label(&self, deal: &Deal, call_date: Option<Date>, call_id: &str) -> Label {
        let label = self.alone(deal, call_date);
        let only_last = self.rules.calls() == CallsLabelled::Last;
        if only_last && label.outcome().is_some() && !self.is_last(&deal.id, call_id) {
            return Label::Refused {
                reason: RefusalReason::NotTheLastCall,
            };
        }
        label
    }

    fn alone(&self, deal: &Deal, call_date: Option<Date>) -> Label {
        self.rules.label(deal, call_date, self.as_of)
    }
}
