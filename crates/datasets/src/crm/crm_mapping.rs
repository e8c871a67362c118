//! Columns that the user names: [`CrmMapping`].

use std::collections::BTreeMap;

use serde::Deserialize;

use super::CrmError;
use super::dialects::SheetKind;
use super::field::Field;
use super::keys::words;
use crate::toml_place::place;

/// Which columns of an export mean what, for exports of no known form.
///
/// A table describes the files that have *all* of its columns. A key may name several columns.
///
/// ```
/// use upturn_datasets::CrmMapping;
///
/// let mapping = CrmMapping::from_toml(r#"
///     [deals]
///     id = "Vorgang"
///     stage = "Phase"
///     created = "Angelegt"
///     closed = "Abschluss"
///     contact_emails = ["E-Mail 1", "E-Mail 2"]
///     [calls]
///     id = "Gespräch"
///     deal_ids = "Vorgang"
/// "#)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Keys: `id`, `name`, `first_name`, `last_name`, `stage`, `stage_since` (the day on which the stage was entered), `status`, `is_won`, `is_lost`, `is_closed`, `amount`,
/// `created`, `closed`, `won`, `lost`, `modified`, `owner`, `account`, `account_id`, `industry`, `contact_ids`,
/// `contact_names`, `contact_emails`, `deal_ids`, `related_ids` (deals or accounts) and `date`. Rows of `[history]`
/// need `deal_ids`, `stage` and `date`, all others `id`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct CrmMapping {
    tables: BTreeMap<SheetKind, BTreeMap<Field, Names>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged, expecting = "expected a column or a list of columns")]
enum Names {
    One(String),
    Several(Vec<String>),
}

impl Names {
    fn all(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::Several(names) => names,
        }
    }
}

impl CrmMapping {
    /// Reads a mapping.
    ///
    /// # Errors
    ///
    /// [`CrmError::Mapping`] with the line, or [`CrmError::MappingLacks`].
    pub fn from_toml(text: &str) -> Result<Self, CrmError> {
        let mapping: Self = toml::from_str(text).map_err(|error| {
            let (line, column) = place(text, error.span());
            CrmError::Mapping {
                line,
                column,
                what: error.message().to_owned(),
            }
        })?;
        for (kind, table) in &mapping.tables {
            for (field, key) in kind.needs() {
                if table.get(field).is_none_or(|names| names.all().is_empty()) {
                    return Err(CrmError::MappingLacks {
                        table: kind.as_str(),
                        key,
                    });
                }
            }
        }
        Ok(mapping)
    }

    /// The table whose columns are all in the header, and how many these are.
    pub(crate) fn of(&self, header: &[String]) -> Option<(SheetKind, usize)> {
        let has = |name: &String| header.contains(&words(name));
        let fitting = self.tables.iter().filter_map(|(kind, table)| {
            let names: Vec<_> = table.values().flat_map(Names::all).collect();
            names
                .iter()
                .all(|name| has(name))
                .then_some((*kind, names.len()))
        });
        fitting.max_by_key(|(_, columns)| *columns)
    }

    /// What the table of this kind says of a column.
    pub(crate) fn field(&self, kind: SheetKind, column: &str) -> Option<Field> {
        let table = self.tables.get(&kind)?;
        let names = |names: &Names| names.all().iter().any(|name| words(name) == column);
        table
            .iter()
            .find(|(_, given)| names(given))
            .map(|(field, _)| *field)
    }
}
