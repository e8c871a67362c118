//! The keys of the first JSON value of a text that may break off: [`keys`].

/// Deepest key that is told, counted in keys and arrays.
const DEEPEST: usize = 4;

/// Most keys told.
const MOST: usize = 256;

/// Paths of the keys of the first object or array, in their order: `results.channels`, `messages[].role`, `[].role`.
///
/// Only the outer levels are told, and each path once. Empty if the text begins with something else. A text that is no
/// JSON gives what looks like keys.
pub(crate) fn keys(text: &str) -> Vec<String> {
    let mut scan = Scan::default();
    let mut rest = text.trim_start();
    if !rest.starts_with(['{', '[']) {
        return Vec::new();
    }
    while let Some(character) = rest.chars().next() {
        let after = rest.get(character.len_utf8()..).unwrap_or_default();
        rest = if character == '"' {
            let (string, after) = string(after);
            scan.string(string);
            after
        } else {
            scan.mark(character);
            after
        };
        if scan.levels.is_empty() || scan.found.len() >= MOST {
            break;
        }
    }
    scan.found
}

/// What is open.
enum Level {
    Object {
        key: Option<String>,
        awaits_key: bool,
    },
    Array,
}

#[derive(Default)]
struct Scan {
    levels: Vec<Level>,
    found: Vec<String>,
}

impl Scan {
    fn mark(&mut self, mark: char) {
        match mark {
            '{' => self.levels.push(Level::Object {
                key: None,
                awaits_key: true,
            }),
            '[' => self.levels.push(Level::Array),
            '}' | ']' => {
                self.levels.pop();
            }
            ',' => {
                if let Some(Level::Object { awaits_key, .. }) = self.levels.last_mut() {
                    *awaits_key = true;
                }
            }
            _ => {}
        }
    }

    fn string(&mut self, string: &str) {
        let is_near = self.levels.len() <= DEEPEST;
        let Some(Level::Object { key, awaits_key }) = self.levels.last_mut() else {
            return;
        };
        if !std::mem::take(awaits_key) || !is_near {
            return;
        }
        *key = Some(string.to_owned());
        let path = self.path();
        if !self.found.contains(&path) {
            self.found.push(path);
        }
    }

    fn path(&self) -> String {
        let mut path = String::new();
        for level in &self.levels {
            match level {
                Level::Array => path.push_str("[]"),
                Level::Object { key, .. } => {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(key.as_deref().unwrap_or_default());
                }
            }
        }
        path
    }
}

/// A string up to its closing quotation mark, as it is written, and what follows.
fn string(text: &str) -> (&str, &str) {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        if escaped {
            escaped = false;
        } else if byte == b'\\' {
            escaped = true;
        } else if byte == b'"' {
            let (string, after) = text.split_at(at);
            return (string, after.get(1..).unwrap_or_default());
        }
    }
    (text, "")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keys_are_told_with_their_paths_once_and_in_order() {
        let text = r#" {"a": "b: {\"x\": 1}", "c": [{"d": {"e": 1}}, {"d": 2, "f": "g"}], "h": {}} {"i": 1}"#;
        assert_eq!(keys(text), ["a", "c", "c[].d", "c[].d.e", "c[].f", "h"]);
        assert_eq!(keys(r#"[{"role": "user", "cont"#), ["[].role", "[].cont"]);
        assert_eq!(keys("id,text\n{\"a\":1}"), [""; 0]);
        assert_eq!(keys("[[[[[{\"deep\":1}]]]]]"), [""; 0]);
    }

    proptest! {
        #[test]
        fn top_level_keys_are_those_of_the_parser(names in prop::collection::btree_set("[a-z\"\\\\ä]{1,4}", 0..6)) {
            let object: serde_json::Map<_, _> = names.iter().map(|name| (name.clone(), serde_json::json!(["x", {}]))).collect();
            let text = serde_json::to_string(&object).unwrap();
            let ours: Vec<String> = keys(&text).iter().map(|raw| serde_json::from_str(&format!("\"{raw}\"")).unwrap()).collect();
            prop_assert_eq!(ours, object.keys().cloned().collect::<Vec<_>>());
        }

        #[test]
        fn nothing_panics(text in "[\\[\\]{},:\"\\\\aé ]{0,60}") {
            let _ = keys(&text);
        }
    }
}
