//! How many layers learn, as typed: [`Layers`].

use std::str::FromStr;

use upturn::training::TrainingConfig;

/// What `--layers` takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layers {
    /// So many of the upper ones.
    Upper(usize),
    /// However many the encoder has.
    All,
}

impl Layers {
    /// The settings with these layers.
    pub(crate) fn of(self, config: TrainingConfig) -> TrainingConfig {
        match self {
            Self::Upper(trainable_layers) => TrainingConfig {
                trainable_layers,
                all_layers: false,
                ..config
            },
            Self::All => TrainingConfig {
                all_layers: true,
                ..config
            },
        }
    }
}

impl FromStr for Layers {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "all" {
            return Ok(Self::All);
        }
        let layers = text.parse().map(Self::Upper);
        layers.map_err(|_| "expected a number, or `all`".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_are_counted_or_all() {
        assert_eq!("3".parse(), Ok(Layers::Upper(3)));
        assert_eq!("all".parse(), Ok(Layers::All));
        for bad in ["-1", "half", ""] {
            assert!(bad.parse::<Layers>().is_err(), "{bad}");
        }
    }
}
