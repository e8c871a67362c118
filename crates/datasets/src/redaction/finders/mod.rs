//! The rules: each file finds the kinds of personal data that are written in one way.

pub(crate) mod addresses;
pub(crate) mod birth_dates;
pub(crate) mod cards;
pub(crate) mod context;
pub(crate) mod custom;
pub(crate) mod digits;
pub(crate) mod emails;
pub(crate) mod ibans;
pub(crate) mod introductions;
pub(crate) mod months;
pub(crate) mod national_ids;
pub(crate) mod networks;
pub(crate) mod phones;
pub(crate) mod spoken_digits;
pub(crate) mod spoken_webs;
pub(crate) mod surroundings;
pub(crate) mod webs;

use regex::Regex;

use super::RedactionError;

/// A regular expression, by the name of what it finds.
///
/// # Errors
///
/// [`RedactionError::Pattern`].
fn compiled(name: &str, pattern: &str) -> Result<Regex, RedactionError> {
    Regex::new(pattern).map_err(|source| RedactionError::Pattern {
        name: name.to_owned(),
        source: Box::new(source),
    })
}
