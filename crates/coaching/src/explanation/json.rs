//! An explanation as JSON: [`Explanation::to_json`].

use serde::Serialize;

use super::Explanation;

/// The version of the form; it rises when a field changes its meaning or goes.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Schema {
    version: u32,
}

#[derive(Serialize)]
struct Versioned<'a> {
    schema: Schema,
    #[serde(flatten)]
    explanation: &'a Explanation,
}

impl Explanation {
    /// As JSON with the version of its form: `{"schema": {"version": 1}, …}`, one field a line. It reads back as an
    /// [`Explanation`].
    ///
    /// # Errors
    ///
    /// Those of the serialiser; none is known to occur.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(&Versioned {
            schema: Schema { version: VERSION },
            explanation: self,
        })
    }
}
