//! The terms that a model knows: [`Terms`].

use std::collections::BTreeMap;

use foldhash::fast::FixedState;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// A term that is known from training.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Term {
    /// `ln((1 + examples) / (1 + examples with the term)) + 1`.
    pub(super) idf: f64,
    pub(super) weight: f64,
}

/// Terms in order of the alphabet, each found by its hash; kept as a map.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(from = "BTreeMap<String, Term>")]
pub(super) struct Terms(IndexMap<String, Term, FixedState>);

impl Terms {
    /// A vocabulary in order of the alphabet, with a weight for each of its terms.
    pub(super) fn new(vocabulary: Vec<(String, f64)>, weights: Vec<f64>) -> Self {
        let terms = vocabulary.into_iter().zip(weights);
        Self(
            terms
                .map(|((text, idf), weight)| (text, Term { idf, weight }))
                .collect(),
        )
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Where a term stands in the alphabet, if it is known.
    pub(super) fn place(&self, term: &str) -> Option<usize> {
        self.0.get_index_of(term)
    }

    /// What stands in a place.
    pub(super) fn at(&self, place: usize) -> Option<(&str, Term)> {
        let (text, term) = self.0.get_index(place)?;
        Some((text, *term))
    }
}

impl From<BTreeMap<String, Term>> for Terms {
    fn from(terms: BTreeMap<String, Term>) -> Self {
        Self(terms.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn terms_stand_in_order_and_are_kept_as_a_map(
            vocabulary in prop::collection::btree_map("[a-c_ ]{0,4}", -1.0f64..1.0, 0..30),
            asked in "[a-c_ ]{0,4}",
        ) {
            let known: Vec<(String, f64)> = vocabulary.clone().into_iter().collect();
            let terms = Terms::new(known.clone(), vec![0.5; known.len()]);
            prop_assert_eq!(terms.place(&asked), vocabulary.keys().position(|text| *text == asked));
            for (place, (text, idf)) in known.iter().enumerate() {
                let term = Term { idf: *idf, weight: 0.5 };
                prop_assert_eq!(terms.at(place), Some((text.as_str(), term)));
            }
            let written = serde_json::to_string(&terms).unwrap();
            let as_map = known.into_iter().map(|(text, idf)| (text, Term { idf, weight: 0.5 }));
            let as_map: BTreeMap<String, Term> = as_map.collect();
            prop_assert_eq!(&written, &serde_json::to_string(&as_map).unwrap());
            prop_assert!(serde_json::from_str::<Terms>(&written).unwrap() == terms);
        }
    }

    #[test]
    fn a_map_in_another_order_is_read_in_order_of_the_alphabet() {
        let written = r#"{"b": {"idf": 1.0, "weight": 2.0}, "a": {"idf": 1.0, "weight": 1.0}}"#;
        let terms: Terms = serde_json::from_str(written).unwrap();
        assert_eq!(terms.place("a"), Some(0));
    }
}
