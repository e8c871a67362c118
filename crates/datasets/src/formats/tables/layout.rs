//! Which column of a given header holds what: [`Layout`].

use std::collections::{BTreeMap, HashMap};

use super::field::fold;
use super::moment::Times;
use super::outcome::OutcomeWords;
use super::{ColumnMapping, DateOrder, Field, Shape, TableError};

/// A mapping applied to the header of a table.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) shape: Shape,
    pub(crate) words: OutcomeWords,
    pub(crate) dates: Option<DateOrder>,
    pub(crate) start: Times,
    pub(crate) end: Times,
    /// The columns that hold no field, with their names in the metadata.
    pub(crate) extras: Vec<(usize, String)>,
    headers: Vec<String>,
    places: BTreeMap<Field, usize>,
}

impl Layout {
    /// Finds the column of each field: as the mapping says, otherwise by common headers.
    ///
    /// # Errors
    ///
    /// [`TableError::UnknownColumn`] or [`TableError::MissingColumn`].
    pub(crate) fn new(headers: Vec<String>, mapping: &ColumnMapping) -> Result<Self, TableError> {
        let mut places = places(&headers, mapping)?;
        let shape = mapping.shape.unwrap_or_else(|| guessed(&places));
        keep(&mut places, shape, &headers)?;
        let times = |field: Field| Times {
            unit: mapping.time_unit.or_else(|| {
                let header = places.get(&field).and_then(|place| headers.get(*place));
                header.and_then(|header| Times::unit_of(&fold(header)))
            }),
            order: mapping.date_order,
        };
        Ok(Self {
            shape,
            words: OutcomeWords::new(mapping),
            dates: mapping.date_order,
            start: times(Field::Start),
            end: times(Field::End),
            extras: extras(&headers, &places),
            headers,
            places,
        })
    }

    /// The column of a field.
    pub(crate) fn place(&self, field: Field) -> Option<usize> {
        self.places.get(&field).copied()
    }

    /// The header of the column of a field, or the field's own name.
    pub(crate) fn header(&self, field: Field) -> &str {
        let header = self.place(field).and_then(|place| self.headers.get(place));
        header.map_or(field.as_str(), String::as_str)
    }

    /// How many columns the header has.
    pub(crate) fn columns(&self) -> usize {
        self.headers.len()
    }
}

/// The column of each field for which there is one.
fn places(
    headers: &[String],
    mapping: &ColumnMapping,
) -> Result<BTreeMap<Field, usize>, TableError> {
    let mut folded = HashMap::new();
    for (place, header) in headers.iter().enumerate() {
        folded.entry(fold(header)).or_insert(place);
    }
    let mut found = BTreeMap::new();
    for (field, header) in mapping
        .columns
        .iter()
        .filter(|(_, header)| !header.is_empty())
    {
        let exactly = headers.iter().position(|is| is == header);
        let place = exactly.or_else(|| folded.get(&fold(header)).copied());
        let place = place.ok_or_else(|| TableError::UnknownColumn {
            field: *field,
            header: header.clone(),
            columns: headers.to_vec(),
        })?;
        found.insert(*field, place);
    }
    for field in Field::ALL {
        if mapping.columns.contains_key(&field) {
            continue;
        }
        let is_free = |place: &usize| !found.values().any(|taken| taken == place);
        let mut known = field
            .headers()
            .iter()
            .filter_map(|header| folded.get(*header).copied());
        if let Some(place) = known.find(is_free) {
            found.insert(field, place);
        }
    }
    Ok(found)
}

/// The shape of a table with these fields.
fn guessed(places: &BTreeMap<Field, usize>) -> Shape {
    let has = |field| places.contains_key(&field);
    let (transcript, text) = (has(Field::Transcript), has(Field::Text));
    let is_spoken_by = has(Field::Speaker);
    if (text && !transcript) || (is_spoken_by && transcript) {
        Shape::Turns
    } else {
        Shape::Calls
    }
}

/// Leaves only the fields that the shape has.
fn keep(
    places: &mut BTreeMap<Field, usize>,
    shape: Shape,
    headers: &[String],
) -> Result<(), TableError> {
    let missing = |fields: &[Field]| TableError::MissingColumn {
        fields: fields.iter().map(|field| field.as_str()).collect(),
        columns: headers.to_vec(),
    };
    let (own, other) = match shape {
        Shape::Turns => (Field::Text, Field::Transcript),
        Shape::Calls => (Field::Transcript, Field::Text),
    };
    let said = places.remove(&other);
    let place = places
        .get(&own)
        .copied()
        .or(said)
        .ok_or_else(|| missing(&[own]))?;
    places.insert(own, place);
    match shape {
        Shape::Turns if !places.contains_key(&Field::Call) => Err(missing(&[Field::Call])),
        Shape::Turns => Ok(()),
        Shape::Calls => {
            for field in [Field::Speaker, Field::Start, Field::End] {
                places.remove(&field);
            }
            Ok(())
        }
    }
}

/// Names of the other columns in the metadata: unique, never empty, and none that the metadata has itself.
fn extras(headers: &[String], places: &BTreeMap<Field, usize>) -> Vec<(usize, String)> {
    const OWN: [&str; 10] = [
        "account",
        "rep",
        "stage",
        "industry",
        "amount",
        "date",
        "outcome_date",
        "source",
        "language",
        "deal",
    ];
    let held: std::collections::HashSet<usize> = places.values().copied().collect();
    let mut given: HashMap<String, usize> = HashMap::new();
    let mut names = Vec::new();
    for (place, header) in headers
        .iter()
        .enumerate()
        .filter(|(place, _)| !held.contains(place))
    {
        let name = match header.trim() {
            "" => format!("column {}", place + 1),
            own if OWN.contains(&own) => format!("column {own}"),
            other => other.to_owned(),
        };
        let times = given.entry(name.clone()).or_insert(0);
        *times += 1;
        let unique = if *times == 1 {
            name
        } else {
            format!("{name} (column {})", place + 1)
        };
        names.push((place, unique));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(header: &str, flags: &[&str]) -> Result<Layout, TableError> {
        let mapping = flags
            .iter()
            .try_fold(ColumnMapping::default(), |mapping, flag| {
                mapping.with_flag(flag)
            })?;
        Layout::new(header.split(',').map(str::to_owned).collect(), &mapping)
    }

    fn fields(layout: &Layout) -> Vec<(&'static str, usize)> {
        layout
            .places
            .iter()
            .map(|(field, place)| (field.as_str(), *place))
            .collect()
    }

    #[test]
    fn common_headers_need_no_mapping() {
        let turns = layout(
            "id,Call ID,Role,Utterance,start_ms,End Time,Won,Company name,mood",
            &[],
        )
        .unwrap();
        assert_eq!(turns.shape, Shape::Turns);
        assert_eq!(
            fields(&turns),
            [
                ("call", 1),
                ("speaker", 2),
                ("text", 3),
                ("start", 4),
                ("end", 5),
                ("outcome", 6),
                ("account", 7)
            ]
        );
        assert_eq!(turns.extras, [(0, "id".to_owned()), (8, "mood".to_owned())]);
        assert_eq!(turns.start.unit, Some(super::super::TimeUnit::Milliseconds));
        let calls = layout("Record ID,Start time,Transcript,Close Date,Deal Stage", &[]).unwrap();
        assert_eq!(calls.shape, Shape::Calls);
        assert_eq!(
            fields(&calls),
            [
                ("call", 0),
                ("transcript", 2),
                ("stage", 4),
                ("outcome_date", 3)
            ]
        );
    }

    #[test]
    fn a_mapping_goes_before_the_guess_and_an_empty_header_ends_it() {
        let mapped = layout("call_id,id,text,role,label", &["call=id", "outcome="]).unwrap();
        assert_eq!(fields(&mapped), [("call", 1), ("speaker", 3), ("text", 2)]);
        assert_eq!(mapped.header(Field::Call), "id");
        let calls = layout("id,text,role", &["shape=calls"]).unwrap();
        assert_eq!(fields(&calls), [("call", 0), ("transcript", 1)]);
    }

    #[test]
    fn a_missing_column_is_named_with_those_there_are() {
        for (header, flags, message) in [
            (
                "a,b",
                &[][..],
                "no column holds the `transcript`, there are `a`, `b`",
            ),
            (
                "text,b",
                &[],
                "no column holds the `call`, there are `text`, `b`",
            ),
            (
                "id,text",
                &["rep=Owner"],
                "no column `Owner` for the rep, there are `id`, `text`",
            ),
        ] {
            assert_eq!(layout(header, flags).unwrap_err().to_string(), message);
        }
        let wide = (0..50).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
        assert!(
            layout(&wide, &[])
                .unwrap_err()
                .to_string()
                .ends_with("`39` and 10 more")
        );
    }

    #[test]
    fn names_of_other_columns_are_unique_and_never_those_of_the_metadata() {
        let layout = layout("id,text,note,note,,account,deal,x", &["account=x", "deal="]).unwrap();
        let names: Vec<&str> = layout
            .extras
            .iter()
            .map(|(_, name)| name.as_str())
            .collect();
        assert_eq!(
            names,
            [
                "note",
                "note (column 4)",
                "column 5",
                "column account",
                "column deal"
            ]
        );
    }
}
