//! The user's rules: [`LabelRules`].

use std::collections::BTreeSet;

use serde::Deserialize;
use upturn_core::{Date, Outcome};

use super::outcome::State;
use super::{Label, LabelError, OpenReason, RefusalReason};
use crate::crm::{Deal, Vendor, words};
use crate::toml_place::place;

/// Which calls of a deal with several are labelled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CallsLabelled {
    /// Each of them.
    #[default]
    Each,
    /// The last before the outcome, found by [`LastCalls`](super::LastCalls).
    Last,
}

/// What won and lost mean, and what may be known.
///
/// ```
/// use upturn_datasets::LabelRules;
///
/// let rules = LabelRules::from_toml(r#"
///     horizon_days = 180        # won later than this after the call counts as lost; off by default
///     minimum_age_days = 365    # open for so long counts as lost; off by default
///     calls = "last"            # or "each", the default
///     as_of = 2026-06-30        # nothing after this day is used; the day given to `label` by default
///     status = true             # a won or lost flag of the CRM counts where no stage does; the default
///     [won]
///     stages = ["Closed Won"]   # upper and lower case are alike; a pipeline in brackets after it may follow
///     [lost]
///     stages = ["Closed Lost", "Disqualified"]
/// "#)?;
/// assert_eq!(rules.horizon_days(), Some(180));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LabelRules {
    won: BTreeSet<String>,
    lost: BTreeSet<String>,
    status: bool,
    horizon_days: Option<u32>,
    minimum_age_days: Option<u32>,
    calls: CallsLabelled,
    as_of: Option<Date>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    won: Stages,
    lost: Stages,
    horizon_days: Option<i64>,
    minimum_age_days: Option<i64>,
    #[serde(default)]
    calls: CallsLabelled,
    as_of: Option<toml::value::Datetime>,
    status: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stages {
    stages: Vec<String>,
}

impl LabelRules {
    /// Reads the rules.
    ///
    /// # Errors
    ///
    /// A [`LabelError`] that names the line or the key.
    pub fn from_toml(text: &str) -> Result<Self, LabelError> {
        let file: File = toml::from_str(text).map_err(|error| {
            let (line, column) = place(text, error.span());
            LabelError::Form {
                line,
                column,
                what: error.message().to_owned(),
            }
        })?;
        let (won, lost) = (stages(&file.won, "won")?, stages(&file.lost, "lost")?);
        if let Some(stage) = won.intersection(&lost).next() {
            return Err(LabelError::BothEnds {
                stage: stage.clone(),
            });
        }
        Ok(Self {
            won,
            lost,
            status: file.status.unwrap_or(true),
            horizon_days: days("horizon_days", file.horizon_days)?,
            minimum_age_days: days("minimum_age_days", file.minimum_age_days)?,
            calls: file.calls,
            as_of: file.as_of.map(day).transpose()?,
        })
    }

    /// For a `HubSpot` export with the stages of the default pipeline.
    pub fn hubspot() -> Self {
        Self::shipped(include_str!("hubspot.toml"))
    }

    /// For a Salesforce export.
    pub fn salesforce() -> Self {
        Self::shipped(include_str!("salesforce.toml"))
    }

    /// For a Pipedrive export.
    pub fn pipedrive() -> Self {
        Self::shipped(include_str!("pipedrive.toml"))
    }

    /// For exports of other or of several origins: the usual names in English and German.
    pub fn any() -> Self {
        Self::shipped(include_str!("any.toml"))
    }

    /// The rules that are shipped for a vendor.
    pub fn of(vendor: Vendor) -> Self {
        match vendor {
            Vendor::HubSpot => Self::hubspot(),
            Vendor::Salesforce => Self::salesforce(),
            Vendor::Pipedrive => Self::pipedrive(),
            Vendor::Other => Self::any(),
        }
    }

    /// A test proves that the shipped texts are sound.
    fn shipped(text: &str) -> Self {
        Self::from_toml(text).unwrap_or_default()
    }

    /// Days after the call within which the deal must be won; none by default.
    pub const fn horizon_days(&self) -> Option<u32> {
        self.horizon_days
    }

    /// Days after which an open deal counts as lost; none by default.
    pub const fn minimum_age_days(&self) -> Option<u32> {
        self.minimum_age_days
    }

    /// Which calls of a deal are labelled; each by default.
    pub const fn calls(&self) -> CallsLabelled {
        self.calls
    }

    /// Nothing after this day is used; none by default.
    pub const fn as_of(&self) -> Option<Date> {
        self.as_of
    }

    pub(crate) const fn uses_status(&self) -> bool {
        self.status
    }

    /// What a stage means: an outcome, or nothing yet.
    ///
    /// Case and spacing do not matter, and `Closed Won (New Business)` is `Closed Won`.
    pub fn end(&self, stage: &str) -> Option<Outcome> {
        let stage = words(stage);
        self.named(&stage).or_else(|| {
            let bare = stage.strip_suffix(')')?.rsplit_once(" (")?.0;
            self.named(bare)
        })
    }

    fn named(&self, stage: &str) -> Option<Outcome> {
        if self.won.contains(stage) {
            Some(Outcome::Won)
        } else {
            self.lost.contains(stage).then_some(Outcome::Lost)
        }
    }

    /// The label of a call, by what was known at the end of the day `as_of` (or of the rules' own `as_of`, if earlier).
    ///
    /// - **Ended**: the label is how the deal ended. With a horizon it is whether the deal was won within so many days
    ///   after the call, the last day included: won or lost later counts as lost on the last day of the horizon.
    /// - **Open**: stays open, also beyond the horizon. With a minimum age it counts as lost once it has been open for
    ///   that long since the later of its creation and the call, and the horizon is over.
    /// - **Refused**: the call is later than the outcome or than `as_of`; the deal has ended on an unknown day; or the
    ///   day of the call is unknown (unless the deal is open: then there is nothing to leak).
    ///
    /// A call on the very day of the outcome is labelled.
    pub fn label(&self, deal: &Deal, call_date: Option<Date>, as_of: Date) -> Label {
        let as_of = self.as_of.map_or(as_of, |own| own.min(as_of));
        let refused = |reason| Label::Refused { reason };
        let state = self.state(deal, as_of);
        let call = match call_date {
            None if state == State::Open => {
                return Label::Open {
                    why: OpenReason::StillOpen,
                };
            }
            None => return refused(RefusalReason::NoCallDate),
            Some(call) if call > as_of => return refused(RefusalReason::AfterAsOf),
            Some(call) => call,
        };
        match state {
            State::Undated => refused(RefusalReason::NoOutcomeDate),
            State::Ended { known, .. } if call > known => refused(RefusalReason::AfterOutcome),
            State::Ended { outcome, known } => match self.deadline(call) {
                Some(deadline) if deadline < known => Label::Lost { known: deadline },
                _ => Label::of(outcome, known),
            },
            State::Open => self.open(deal, call, as_of),
        }
    }

    fn open(&self, deal: &Deal, call: Date, as_of: Date) -> Label {
        if deal.created.is_some_and(|created| created > as_of) {
            return Label::Open {
                why: OpenReason::NotYetCreated,
            };
        }
        let Some(age) = self.minimum_age_days else {
            return Label::Open {
                why: OpenReason::StillOpen,
            };
        };
        let start = deal.created.map_or(call, |created| created.max(call));
        let until = later(start, age);
        let until = self.deadline(call).map_or(until, |end| end.max(until));
        if until <= as_of {
            Label::Lost { known: until }
        } else {
            Label::Open {
                why: OpenReason::TooYoung { until },
            }
        }
    }

    /// Last day of the horizon of a call.
    fn deadline(&self, call: Date) -> Option<Date> {
        self.horizon_days.map(|days| later(call, days))
    }
}

/// So many days later, at most the last day there is.
pub(crate) fn later(day: Date, days: u32) -> Date {
    let span = jiff::Span::new().try_days(i64::from(days));
    span.map_or(Date::MAX, |span| day.saturating_add(span))
}

fn stages(given: &Stages, list: &'static str) -> Result<BTreeSet<String>, LabelError> {
    let names: BTreeSet<_> = given.stages.iter().map(|stage| words(stage)).collect();
    if names.is_empty() || names.contains("") {
        return Err(LabelError::NoStages { list });
    }
    Ok(names)
}

fn days(key: &'static str, days: Option<i64>) -> Result<Option<u32>, LabelError> {
    days.map(|days| match u32::try_from(days) {
        Ok(fitting) if (1..=LabelError::MOST_DAYS).contains(&days) => Ok(fitting),
        _ => Err(LabelError::Days { key, days }),
    })
    .transpose()
}

fn day(given: toml::value::Datetime) -> Result<Date, LabelError> {
    let (Some(date), None) = (given.date, given.time) else {
        return Err(LabelError::NotADay);
    };
    let parts = (
        i16::try_from(date.year),
        i8::try_from(date.month),
        i8::try_from(date.day),
    );
    let (Ok(year), Ok(month), Ok(day)) = parts else {
        return Err(LabelError::NotADay);
    };
    Date::new(year, month, day).map_err(|_| LabelError::NotADay)
}
