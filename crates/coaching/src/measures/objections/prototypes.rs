//! Objections by what they mean: [`PrototypeObjections`].

use std::sync::Arc;

use upturn_core::{Embeddings, Turn};

use super::{ObjectionDetector, ObjectionKind, WordObjections};
use crate::{Background, TrackerError, TrackerQuality, Trackers, TrackersConfig, TrackersError};

const KINDS: [(&str, ObjectionKind); 6] = [
    ("price", ObjectionKind::Price),
    ("timing", ObjectionKind::Timing),
    ("authority", ObjectionKind::Authority),
    ("need", ObjectionKind::Need),
    ("trust", ObjectionKind::Trust),
    ("competitor", ObjectionKind::Competitor),
];

/// Finds objections by an encoder, from prototypes of each kind, and by [words](WordObjections).
///
/// A kind is raised by a turn where its words are found or a sentence of it is like the kind's examples ([`Trackers`]).
///
/// **No better than words with a general encoder.** With MiniLM and the shipped prototypes it agrees with people no better
/// than [`WordObjections`] does (README), which therefore stay the default. It is for examples and an encoder of your own.
///
/// **Mind.** An [`ObjectionDetector`] cannot fail. Should the encoder fail, what its words give away is found still.
#[derive(Debug, Clone)]
pub struct PrototypeObjections {
    trackers: Trackers,
}

impl PrototypeObjections {
    /// The prototypes, in the form of a file of trackers named as the kinds are.
    pub const PROTOTYPES: &str = include_str!("prototypes.toml");

    /// The shipped prototypes.
    pub fn shipped() -> TrackersConfig {
        // A test proves that the text is sound.
        let trackers = TrackersConfig::from_toml(Self::PROTOTYPES)
            .map(|it| it.trackers)
            .unwrap_or_default();
        TrackersConfig { trackers }
    }

    /// Reads prototypes of your own: a file of trackers, each named as the kind of objection is that its examples are of. Kinds that
    /// it leaves out are found by words alone.
    ///
    /// # Errors
    ///
    /// [`TrackersError`] with the line, the column and what was expected; also where a name is none of a kind.
    pub fn prototypes_from_toml(text: &str) -> Result<TrackersConfig, TrackersError> {
        TrackersConfig::named_from_toml(text, &KINDS.map(|(name, _)| name))
    }

    /// Fits the shipped prototypes to an encoder.
    ///
    /// # Errors
    ///
    /// [`TrackerError`] if the encoder fails.
    pub fn new(
        encoder: Arc<dyn Embeddings>,
        background: &Background,
    ) -> Result<Self, TrackerError> {
        Self::of_config(Self::shipped(), encoder, background)
    }

    /// Fits prototypes of your own to an encoder.
    ///
    /// # Errors
    ///
    /// [`TrackerError`] if the encoder fails, or the background is too small.
    pub fn of_config(
        prototypes: TrackersConfig,
        encoder: Arc<dyn Embeddings>,
        background: &Background,
    ) -> Result<Self, TrackerError> {
        Ok(Self::of(Trackers::fit(prototypes, encoder, background)?))
    }

    /// With prototypes of your own: trackers named `price`, `timing`, `authority`, `need`, `trust` or `competitor`. Those of
    /// other names raise nothing.
    pub const fn of(trackers: Trackers) -> Self {
        Self { trackers }
    }

    /// How well each kind does on its own prototypes.
    pub fn qualities(&self) -> impl Iterator<Item = &TrackerQuality> {
        self.trackers.qualities()
    }
}

impl ObjectionDetector for PrototypeObjections {
    fn objections(&self, turns: &[&Turn]) -> Vec<Vec<ObjectionKind>> {
        let mut found = WordObjections.objections(turns);
        for hit in self.trackers.hits(turns).unwrap_or_default() {
            let kind = KINDS.iter().find(|(name, _)| *name == hit.tracker);
            if let (Some(raised), Some((_, kind))) = (found.get_mut(hit.turns.start), kind)
                && !raised.contains(kind)
            {
                raised.push(*kind);
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use upturn_core::Speaker;

    use super::*;
    use crate::sample::WordVectors;

    #[test]
    fn there_are_prototypes_of_every_kind() {
        TrackersConfig::from_toml(PrototypeObjections::PROTOTYPES).unwrap();
        let encoder = Arc::new(WordVectors::default());
        let detector = PrototypeObjections::new(encoder, &Background::default()).unwrap();
        let names: Vec<_> = detector.qualities().map(|it| it.tracker.clone()).collect();
        assert_eq!(names, KINDS.map(|(name, _)| name));
    }

    #[test]
    fn a_name_that_is_no_kind_of_objection_has_its_place() {
        let shipped = PrototypeObjections::PROTOTYPES;
        let read = PrototypeObjections::prototypes_from_toml;
        assert_eq!(read(shipped).unwrap(), PrototypeObjections::shipped());
        let typo = shipped.replace("name = \"timing\"", "name = \"timming\"");
        let line = 1 + shipped
            .lines()
            .position(|it| it.contains("\"timing\""))
            .unwrap();
        let told = read(&typo).unwrap_err().to_string();
        let expected = format!(
            "line {line}, column 8 of the trackers: `name` is no kind of objection, expected one of `price`, `timing`, `authority`, `need`, `trust`, `competitor`"
        );
        assert_eq!(told, expected);
    }

    #[test]
    fn words_and_prototypes_are_found_each_in_its_turn() {
        let own = |name: &str| {
            format!(
                "[[tracker]]\nname = \"{name}\"\nat_least = 0.3\nexamples = [\"The board decides that.\", \"Others decide that.\", \
                \"My manager decides that.\", \"That the owner decides.\", \"The family decides that.\"]\n"
            )
        };
        let config = TrackersConfig::from_toml(&(own("authority") + &own("weather"))).unwrap();
        let encoder = Arc::new(WordVectors::default());
        let trackers = Trackers::fit(config, encoder, &Background::default()).unwrap();
        let turns = [
            "Fine.",
            "It is overpriced.",
            "The plant decides that.",
            "That my boss decides.",
        ]
        .map(|text| Turn::new(Speaker::Buyer, text));
        let found = PrototypeObjections::of(trackers).objections(&turns.iter().collect::<Vec<_>>());
        assert_eq!(found[0], []);
        assert_eq!(found[1], [ObjectionKind::Price], "a word of the list");
        assert_eq!(found[2], [ObjectionKind::Authority], "like a prototype");
        assert_eq!(found[3], [ObjectionKind::Authority], "both, told once");
    }
}
