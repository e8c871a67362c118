//! Whether a value is what its schema says: [`misfits`].
//!
//! As much of JSON Schema as ours are written in; any other word is a fault, so that nothing passes unlooked at. It is stricter in one
//! thing: a field that no schema describes is a fault.

use serde_json::Value;

/// Where the value is something else than the schema says; empty if it fits.
pub(crate) fn misfits(schema: &Value, value: &Value) -> Vec<String> {
    let mut check = Check {
        root: schema,
        faults: Vec::new(),
    };
    check.value("", schema, value);
    check.faults
}

struct Check<'a> {
    root: &'a Value,
    faults: Vec<String>,
}

impl Check<'_> {
    fn value(&mut self, path: &str, schema: &Value, value: &Value) {
        for (word, says) in schema.as_object().into_iter().flatten() {
            if !self.fits(path, word, says, value) {
                self.faults.push(format!("{path}: {word}"));
            }
        }
    }

    /// Whether one word of a schema holds; what lies inside of the value is looked at on the way.
    fn fits(&mut self, path: &str, word: &str, says: &Value, value: &Value) -> bool {
        match word {
            "$schema" | "$defs" | "title" | "description" | "default" | "format" => true,
            "type" => is_of(says, value),
            "const" => says == value,
            "minimum" => value.as_f64() >= says.as_f64(),
            "required" => has_all(says, value),
            "properties" => self.properties(path, says, value),
            "items" => self.items(path, says, value),
            "$ref" => self.definition(path, says, value),
            "anyOf" => self.fitting(says, value) >= 1,
            "oneOf" => self.fitting(says, value) == 1,
            _ => false,
        }
    }

    fn properties(&mut self, path: &str, described: &Value, value: &Value) -> bool {
        let mut all = true;
        for (name, inside) in value.as_object().into_iter().flatten() {
            match described.get(name) {
                Some(schema) => self.value(&format!("{path}.{name}"), schema, inside),
                None => all = false,
            }
        }
        all
    }

    fn items(&mut self, path: &str, schema: &Value, value: &Value) -> bool {
        for (at, item) in value.as_array().into_iter().flatten().enumerate() {
            self.value(&format!("{path}[{at}]"), schema, item);
        }
        true
    }

    fn definition(&mut self, path: &str, says: &Value, value: &Value) -> bool {
        let place = says.as_str().and_then(|it| it.strip_prefix('#'));
        let Some(schema) = place.and_then(|it| self.root.pointer(it)) else {
            return false;
        };
        self.value(path, schema, value);
        true
    }

    /// How many of these schemas the value fits.
    fn fitting(&self, schemas: &Value, value: &Value) -> usize {
        let fits = |schema: &&Value| {
            let mut check = Check {
                root: self.root,
                faults: Vec::new(),
            };
            check.value("", schema, value);
            check.faults.is_empty()
        };
        schemas
            .as_array()
            .into_iter()
            .flatten()
            .filter(fits)
            .count()
    }
}

fn has_all(required: &Value, value: &Value) -> bool {
    let mut required = required.as_array().into_iter().flatten();
    required.all(|name| name.as_str().is_some_and(|it| value.get(it).is_some()))
}

/// One type or one of several.
fn is_of(types: &Value, value: &Value) -> bool {
    let is = |name: &Value| match name.as_str() {
        Some("null") => value.is_null(),
        Some("boolean") => value.is_boolean(),
        Some("integer") => value.is_u64() || value.is_i64(),
        Some("number") => value.is_number(),
        Some("string") => value.is_string(),
        Some("array") => value.is_array(),
        Some("object") => value.is_object(),
        Some(_) | None => false,
    };
    types
        .as_array()
        .map_or_else(|| is(types), |all| all.iter().any(is))
}
