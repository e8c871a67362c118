//! How exports are read and joined: [`CrmOptions`].

use super::{CrmMapping, DayOrder, Decimal};
use crate::LabelRules;

/// How to read the exports of a CRM and how to join calls to its deals.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CrmOptions {
    /// Columns of exports of no known form, tried before the known forms. None by default.
    pub mapping: Option<CrmMapping>,
    /// What stands first in days like `03/04/2026`. Told by the values of each column by default.
    pub day_order: Option<DayOrder>,
    /// What separates the cents. Told by the values of each column by default.
    pub decimal: Option<Decimal>,
    /// Which stages end a deal. Those shipped for the vendor of the deals by default.
    pub rules: Option<LabelRules>,
    /// Domains of the seller's own e-mail addresses; whoever writes from them is no customer. None by default.
    pub own_domains: Vec<String>,
    /// Days after the end of a deal during which a call may still belong to it. 7 by default.
    pub days_after_end: u32,
    /// Whether the amount of the export is taken where no history tells the amount at the time of the call. It may be
    /// the amount that was finally signed, which a call cannot know: off by default.
    pub current_amount: bool,
    /// Longest cell in bytes; a row with a longer one is set aside. 1 MiB by default.
    pub max_cell_bytes: usize,
}

impl Default for CrmOptions {
    fn default() -> Self {
        Self {
            mapping: None,
            day_order: None,
            decimal: None,
            rules: None,
            own_domains: Vec::new(),
            days_after_end: 7,
            current_amount: false,
            max_cell_bytes: 1024 * 1024,
        }
    }
}

impl CrmOptions {
    /// The same with a column mapping. None by default.
    #[must_use]
    pub fn with_mapping(mut self, mapping: CrmMapping) -> Self {
        self.mapping = Some(mapping);
        self
    }

    /// The same with what stands first in days like `03/04/2026`. Told by the values by default.
    #[must_use]
    pub const fn with_day_order(mut self, order: DayOrder) -> Self {
        self.day_order = Some(order);
        self
    }

    /// The same with what separates the cents. Told by the values by default.
    #[must_use]
    pub const fn with_decimal(mut self, decimal: Decimal) -> Self {
        self.decimal = Some(decimal);
        self
    }

    /// The same with rules on which stages end a deal. Those shipped for the vendor by default.
    #[must_use]
    pub fn with_rules(mut self, rules: LabelRules) -> Self {
        self.rules = Some(rules);
        self
    }

    /// The same with the domains of the seller's e-mail addresses. None by default.
    #[must_use]
    pub fn with_own_domains(mut self, domains: Vec<String>) -> Self {
        self.own_domains = domains;
        self
    }

    /// The same with the days for which a call may follow the end of its deal. 7 by default.
    #[must_use]
    pub const fn with_days_after_end(mut self, days: u32) -> Self {
        self.days_after_end = days;
        self
    }

    /// The same with the amounts of the export where no history has them. Off by default.
    #[must_use]
    pub const fn with_current_amount(mut self, is_taken: bool) -> Self {
        self.current_amount = is_taken;
        self
    }
}
