//! What a fine-tuning made of an encoder: [`Worth`].

use serde::{Deserialize, Serialize};

use crate::Divergence;

/// The encoder that learnt beside the pre-trained one, both asked the same question about calls held out.
///
/// The question is that which chooses among epochs: the mean log-loss, behind the line that calibrates it best, of a logistic
/// regression on the averages of the turns, fitted for each encoder anew to the calls that were learnt from.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct AgainstPretrained {
    /// Calls held out.
    pub calls: usize,
    /// Mean log-loss of the pre-trained encoder, in nats.
    pub pretrained: f64,
    /// That of the encoder that learnt.
    pub tuned: f64,
}

impl AgainstPretrained {
    /// Whether the encoder that learnt has the smaller loss; equal ones have learnt nothing.
    pub fn is_better(self) -> bool {
        self.tuned < self.pretrained
    }

    /// Both losses over all calls of two folds.
    fn beside(self, other: Self) -> Self {
        let calls = self.calls + other.calls;
        let mean = |one: f64, more: f64| {
            (one * self.calls as f64 + more * other.calls as f64) / calls.max(1) as f64
        };
        Self {
            calls,
            pretrained: mean(self.pretrained, other.pretrained),
            tuned: mean(self.tuned, other.tuned),
        }
    }
}

/// Whether an encoder that learnt is to be kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Worth {
    /// On calls held out; none where nothing was held out, or where there were but epochs on outcomes that began with a
    /// logistic regression: then the pre-trained encoder is epoch 0, and was asked as such.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against_pretrained: Option<AgainstPretrained>,
    /// By what it is seen to know nothing any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<Divergence>,
}

impl Worth {
    /// Nothing but a fault.
    pub(crate) const fn nothing(fault: Divergence) -> Self {
        Self {
            against_pretrained: None,
            fault: Some(fault),
        }
    }

    /// Whether nothing speaks for the pre-trained encoder: no fault, and no calls held out on which it is as good.
    pub fn keeps_tuned(self) -> bool {
        let better = AgainstPretrained::is_better;
        self.fault.is_none() && self.against_pretrained.is_none_or(better)
    }

    /// Of all folds: the losses over all their calls, and a fault if one has it.
    pub(crate) fn of_folds(folds: impl Iterator<Item = Self>) -> Self {
        folds.fold(Self::default(), |all, one| Self {
            against_pretrained: match (all.against_pretrained, one.against_pretrained) {
                (Some(all), Some(one)) => Some(all.beside(one)),
                (all, one) => all.or(one),
            },
            fault: all.fault.or(one.fault),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fold(calls: usize, pretrained: f64, tuned: f64) -> Worth {
        Worth {
            against_pretrained: Some(AgainstPretrained {
                calls,
                pretrained,
                tuned,
            }),
            fault: None,
        }
    }

    #[test]
    fn what_is_no_better_is_not_kept_and_what_was_not_asked_is() {
        assert!(Worth::default().keeps_tuned());
        assert!(fold(9, 0.7, 0.6).keeps_tuned());
        assert!(!fold(9, 0.6, 0.7).keeps_tuned());
        assert!(!fold(9, 0.6, 0.6).keeps_tuned());
        assert!(!Worth::nothing(Divergence::Alike).keeps_tuned());
    }

    #[test]
    fn folds_are_weighed_by_their_calls_and_one_fault_is_enough() {
        let all = |folds: &[Worth]| Worth::of_folds(folds.iter().copied());
        let many = all(&[fold(10, 0.5, 0.7), Worth::default(), fold(30, 0.7, 0.6)]);
        let against = many.against_pretrained.unwrap();
        assert_eq!(against.calls, 40);
        assert!((against.pretrained - 0.65).abs() < 1e-12, "{against:?}");
        assert!((against.tuned - 0.625).abs() < 1e-12, "{against:?}");
        assert!(many.keeps_tuned());
        let faulty = all(&[fold(30, 0.7, 0.6), Worth::nothing(Divergence::Alike)]);
        assert_eq!(faulty.fault, Some(Divergence::Alike));
        assert!(!faulty.keeps_tuned());
    }
}
