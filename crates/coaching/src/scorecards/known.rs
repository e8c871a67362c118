//! What a rubric may ask for by name: [`KnownNames`].

use super::RubricFault;

/// Rules and trackers that there are.
///
/// A name that nothing bears is a typo: the question would never be answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownNames {
    /// Rules of warnings; none where they are not known.
    pub rules: Option<Vec<String>>,
    /// Trackers; none where they are not known.
    pub trackers: Option<Vec<String>>,
}

impl KnownNames {
    /// Whether a rule may be asked for.
    pub(super) fn rule(&self, name: &str) -> Result<(), RubricFault> {
        known("rule", name, self.rules.as_deref())
    }

    /// Whether a tracker may be asked for.
    pub(super) fn tracker(&self, name: &str) -> Result<(), RubricFault> {
        known("tracker", name, self.trackers.as_deref())
    }
}

fn known(kind: &'static str, name: &str, all: Option<&[String]>) -> Result<(), RubricFault> {
    match all {
        Some(all) if !all.iter().any(|known| known == name) => Err(RubricFault::Unknown {
            kind,
            got: name.to_owned(),
            expected: all.to_vec(),
        }),
        _ => Ok(()),
    }
}
