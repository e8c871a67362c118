//! Simple patterns with `*`: [`Pattern`].

/// A pattern in which `*` stands for any characters, also none. Case makes no difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    lower: String,
}

impl Pattern {
    pub(super) fn new(pattern: &str) -> Self {
        Self {
            lower: pattern.trim().to_lowercase(),
        }
    }

    /// How exact it is: without `*` before all others, then by the number of characters that are fixed.
    pub(super) fn rank(&self) -> (bool, usize) {
        let fixed = self.lower.chars().filter(|c| *c != '*').count();
        (fixed == self.lower.chars().count(), fixed)
    }

    /// Whether it fits all of a text, which is in lower case. Time: the text's length for every part.
    pub(super) fn fits(&self, lower: &str) -> bool {
        let mut parts = self.lower.split('*');
        let first = parts.next().unwrap_or_default();
        let Some(mut rest) = lower.strip_prefix(first) else {
            return false;
        };
        let Some(last) = parts.next_back() else {
            return rest.is_empty();
        };
        for part in parts {
            match rest.split_once(part) {
                Some((_, after)) => rest = after,
                None => return false,
            }
        }
        rest.ends_with(last)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Whether a pattern fits, by the definition.
    fn fits(pattern: &[char], text: &[char]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, None) => true,
            (Some(('*', rest)), None) => fits(rest, text),
            (Some(('*', rest)), Some((_, after))) => fits(rest, text) || fits(pattern, after),
            (Some((p, rest)), Some((t, after))) => p == t && fits(rest, after),
            (None, Some(_)) | (Some(_), None) => false,
        }
    }

    #[test]
    fn exact_patterns_stand_before_others() {
        assert!(Pattern::new("Jane").rank() > Pattern::new("*@acme.example").rank());
        assert!(Pattern::new("jane*").rank() > Pattern::new("*").rank());
        assert!(Pattern::new(" JANE ").fits("jane"));
    }

    proptest! {
        #[test]
        fn it_fits_as_the_definition_says(pattern in "[ab*]{0,7}", text in "[ab]{0,9}") {
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            prop_assert_eq!(Pattern::new(&pattern).fits(&text), fits(&chars(&pattern), &chars(&text)));
        }
    }
}
