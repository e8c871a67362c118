//! What models and hosts are told of a type: [`schema_of`].

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};

/// The JSON Schema of a type, without formats that only Rust has: no other program knows `uint`, and validators complain of what
/// they do not know. The bounds of such numbers stay.
pub(crate) fn schema_of<T: JsonSchema>() -> Schema {
    let settings = SchemaSettings::default().with_transform(RecursiveTransform(without_foreign));
    settings.into_generator().into_root_schema_for::<T>()
}

fn without_foreign(schema: &mut Schema) {
    let format = schema.get("format").and_then(|it| it.as_str());
    if format.is_some_and(|it| it.starts_with("uint")) {
        schema.remove("format");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only its schema is looked at")]
    struct Counted {
        words: usize,
        each: Vec<Option<u64>>,
        share: f64,
    }

    #[test]
    fn numbers_have_no_format_that_others_do_not_know_and_keep_their_bounds() {
        let schema = schema_of::<Counted>();
        let told = schema.as_value().to_string();
        assert!(!told.contains("uint"), "{told}");
        assert_eq!(schema.as_value()["properties"]["words"]["minimum"], 0);
        assert_eq!(schema.as_value()["properties"]["share"]["format"], "double");
    }
}
