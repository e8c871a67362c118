//! What the columns of one file mean: [`Layout`].

use super::dialects::{DIALECTS, Dialect, SheetKind, Vendor};
use super::field::Field;
use super::keys::words;
use super::{CrmMapping, CrmOptions};

/// The columns of a file, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) vendor: Vendor,
    pub(crate) kind: SheetKind,
    pub(crate) columns: Vec<Column>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    /// As it stands in the header.
    pub(crate) name: String,
    pub(crate) meaning: Meaning,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Meaning {
    Field(Field),
    /// Day on which a deal entered this stage (`HubSpot`: `Date entered "Contract Sent (Sales Pipeline)"`).
    Entered(String),
    /// Nothing that is known here.
    Other,
}

impl Column {
    pub(crate) const fn is_day(&self) -> bool {
        match &self.meaning {
            Meaning::Field(field) => field.is_day(),
            Meaning::Entered(_) => true,
            Meaning::Other => false,
        }
    }

    pub(crate) const fn is_amount(&self) -> bool {
        matches!(&self.meaning, Meaning::Field(field) if field.is_amount())
    }
}

impl Layout {
    /// The layout that a header tells: of the mapping if one of its tables fits, else of a known export.
    pub(crate) fn of(header: &[&str], options: &CrmOptions) -> Option<Self> {
        let names: Vec<String> = header.iter().map(|name| words(name)).collect();
        options
            .mapping
            .as_ref()
            .and_then(|mapping| mapped(header, &names, mapping))
            .or_else(|| known(header, &names))
    }
}

fn mapped(header: &[&str], names: &[String], mapping: &CrmMapping) -> Option<Layout> {
    let (kind, _) = mapping.of(names)?;
    let meaning = |name: &String| {
        let field = mapping.field(kind, name);
        field.map_or(Meaning::Other, Meaning::Field)
    };
    Some(layout(
        Vendor::Other,
        kind,
        header,
        names.iter().map(meaning),
    ))
}

fn known(header: &[&str], names: &[String]) -> Option<Layout> {
    let mut best: Option<(usize, &Dialect)> = None;
    for dialect in DIALECTS {
        let fields: Vec<_> = names
            .iter()
            .filter_map(|name| dialect.field(name))
            .collect();
        let fits = dialect.needs.iter().all(|need| fields.contains(need));
        if fits && best.is_none_or(|(most, _)| fields.len() > most) {
            best = Some((fields.len(), dialect));
        }
    }
    let (_, dialect) = best?;
    let is_hubspot_deals = (dialect.vendor, dialect.kind) == (Vendor::HubSpot, SheetKind::Deals);
    let meaning = |(written, name): (&&str, &String)| match dialect.field(name) {
        Some(field) => Meaning::Field(field),
        None if is_hubspot_deals => entered(written).map_or(Meaning::Other, Meaning::Entered),
        None => Meaning::Other,
    };
    let meanings = header.iter().zip(names).map(meaning);
    Some(layout(dialect.vendor, dialect.kind, header, meanings))
}

fn layout(
    vendor: Vendor,
    kind: SheetKind,
    header: &[&str],
    meanings: impl Iterator<Item = Meaning>,
) -> Layout {
    let column = |(name, meaning): (&&str, Meaning)| Column {
        name: name.trim().to_owned(),
        meaning,
    };
    Layout {
        vendor,
        kind,
        columns: header.iter().zip(meanings).map(column).collect(),
    }
}

impl Dialect {
    fn field(&self, column: &str) -> Option<Field> {
        let known = self.columns.iter();
        let mut named = known.filter(|(_, names)| names.contains(&column));
        named.next().map(|(field, _)| *field)
    }
}

/// The stage in `Date entered "Contract Sent (Sales Pipeline)"`, with or without quotation marks.
fn entered(column: &str) -> Option<String> {
    const START: &str = "date entered ";
    let column = column.trim();
    let is_one = column
        .get(..START.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(START));
    let stage = column.get(START.len()..).filter(|_| is_one)?;
    let stage = stage.trim().trim_matches(['"', '“', '”']).trim();
    (!stage.is_empty() && words(stage) != "current stage").then(|| stage.to_owned())
}
