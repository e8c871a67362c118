//! Names that the metadata gives: the rep, and whatever fields are called like one.

use serde_json::{Map, Value};
use upturn_core::Metadata;

/// Fields that hold names of people, without regard to case, spaces and signs.
const FIELDS: &[&str] = &[
    "accountmanager",
    "accountowner",
    "agentname",
    "ansprechpartner",
    "attendee",
    "attendees",
    "berater",
    "buyername",
    "callername",
    "clientname",
    "contact",
    "contactname",
    "contactperson",
    "contacts",
    "customername",
    "dealowner",
    "fullname",
    "host",
    "kontakt",
    "kundenname",
    "leadname",
    "opportunityowner",
    "organizer",
    "owner",
    "ownername",
    "participant",
    "participantnames",
    "participants",
    "parties",
    "person",
    "personname",
    "primarycontact",
    "rep",
    "repname",
    "representative",
    "salesperson",
    "salesrep",
    "sellername",
    "speakername",
    "speakers",
    "username",
    "verkäufer",
];

/// Beginnings of names whose first and last part stand in two fields.
const FIRST: &[&str] = &["firstname", "vorname", "givenname"];
const LAST: &[&str] = &["lastname", "nachname", "surname", "familyname"];

/// Deepest value that is looked into.
const DEEPEST: usize = 8;

/// All names in the metadata; `more` are further fields that hold some.
pub(crate) fn of(metadata: &Metadata, more: &[String]) -> Vec<String> {
    let mut names: Vec<String> = metadata.rep.iter().cloned().collect();
    let more: Vec<String> = more.iter().map(|field| plain(field)).collect();
    let fields = Fields { more: &more };
    let extra = metadata
        .extra
        .iter()
        .map(|(key, value)| (plain(key), value));
    fields.collect(extra.collect(), 0, &mut names);
    names
}

struct Fields<'m> {
    more: &'m [String],
}

impl Fields<'_> {
    /// Names in the fields of one object.
    fn collect(&self, fields: Vec<(String, &Value)>, depth: usize, names: &mut Vec<String>) {
        for first in ends(&fields, FIRST) {
            let stem = first.0.clone();
            let last = ends(&fields, LAST).find(|(other, _)| *other == stem);
            let last = last.map_or("", |(_, last)| last);
            names.push(format!("{} {last}", first.1));
        }
        names.extend(ends(&fields, LAST).map(|(_, last)| last.to_owned()));
        for (key, value) in fields {
            if FIELDS.contains(&key.as_str()) || self.more.contains(&key) {
                self.take(value, depth, names);
            } else if let Value::Object(object) = value {
                self.object(object, depth, names);
            }
        }
    }

    fn object(&self, object: &Map<String, Value>, depth: usize, names: &mut Vec<String>) {
        if depth < DEEPEST {
            let fields = object.iter().map(|(key, value)| (plain(key), value));
            self.collect(fields.collect(), depth + 1, names);
        }
    }

    /// Names in the value of a field that holds names.
    fn take(&self, value: &Value, depth: usize, names: &mut Vec<String>) {
        match value {
            Value::String(text) => {
                names.extend(text.split([';', '|', '\n', '/']).flat_map(comma_parts));
            }
            Value::Array(values) if depth < DEEPEST => {
                for value in values {
                    self.take(value, depth + 1, names);
                }
            }
            Value::Object(object) => {
                let name = object
                    .iter()
                    .filter(|(key, _)| plain(key) == "name")
                    .filter_map(|(_, value)| value.as_str());
                names.extend(name.map(str::to_owned));
                self.object(object, depth, names);
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {}
        }
    }
}

/// `Doe, Jane` is one name, `Jane Doe, Tom Weaver` are two.
fn comma_parts(text: &str) -> Vec<String> {
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    match parts.as_slice() {
        [last, first] if !last.contains(' ') && !first.contains(' ') => {
            vec![format!("{first} {last}")]
        }
        parts => parts.iter().map(|part| (*part).to_owned()).collect(),
    }
}

/// Texts of fields that end so, with what stands before the ending.
fn ends<'v>(
    fields: &'v [(String, &'v Value)],
    endings: &'static [&'static str],
) -> impl Iterator<Item = (String, &'v str)> {
    fields.iter().filter_map(move |(key, value)| {
        let stem = endings.iter().find_map(|ending| key.strip_suffix(ending))?;
        Some((stem.to_owned(), value.as_str()?))
    })
}

/// A field's name in lower case, letters and digits only.
fn plain(key: &str) -> String {
    let letters = key.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_from_fields_called_like_one_and_from_no_other() {
        let metadata: Metadata = serde_json::from_str(
            r#"{"rep":"Ann Ash","Contact Name":"Doe, Jane","Participants":["Bo Li",{"name":"Cy Poe","email":"c@example.com"}],
                "First Name":"Eve","last_name":"Fay","company_name":"Acme","product":{"owner":"Gil Hue; Ida Jay"},"count":3}"#,
        )
        .unwrap();
        let mut names = of(&metadata, &["signed by".to_owned()]);
        names.sort();
        assert_eq!(
            names,
            [
                "Ann Ash", "Bo Li", "Cy Poe", "Eve Fay", "Fay", "Gil Hue", "Ida Jay", "Jane Doe"
            ]
        );
    }
}
