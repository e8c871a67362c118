//! What happens in a training, in sentences: [`sentence`] and [`Rate`].

use std::fmt;

use upturn::training::{StepReport, TrainingEvent, Worth};

use crate::failure::chain;

/// Who should hear of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Whoever wants to hear more.
    Detail,
    /// Everybody.
    Note,
    /// Everybody: something is not as it should be.
    Warning,
}

/// What an event says; none where the bar shows it.
pub(crate) fn sentence(event: &TrainingEvent<'_>) -> Option<(Tone, String)> {
    match event {
        TrainingEvent::Begins { step: 0, .. } | TrainingEvent::Step(_) => None,
        TrainingEvent::Begins { name, step, steps } => Some((
            Tone::Note,
            format!("`{name}` goes on after step {step} of {steps}"),
        )),
        TrainingEvent::StoppedEarly { epoch, best_epoch } => Some((
            Tone::Note,
            format!(
                "stopped early after epoch {epoch}: the validation loss is not below that of {} any more",
                best(*best_epoch)
            ),
        )),
        TrainingEvent::Checkpoint { step, path } => Some((
            Tone::Detail,
            format!("checkpoint after step {step}: {}", path.display()),
        )),
        TrainingEvent::CheckpointFailed { error } => Some((
            Tone::Warning,
            format!("{}; training goes on", chain(*error)),
        )),
        TrainingEvent::CheckpointDamaged { path } => Some((
            Tone::Warning,
            format!("`{}` is damaged and passed over", path.display()),
        )),
        TrainingEvent::Skipped { name } => Some((
            Tone::Note,
            format!("`{name}` was done before the interruption"),
        )),
        TrainingEvent::KeptPretrained { worth } => Some(kept(*worth)),
        _ => None,
    }
}

/// Why an encoder is not published that has learnt.
fn kept(worth: Worth) -> (Tone, String) {
    if let Some(fault) = worth.fault {
        return (
            Tone::Warning,
            format!("{fault}: the encoder stays as it came; lower the learning rate"),
        );
    }
    let losses = worth
        .against_pretrained
        .map_or_else(String::new, |against| {
            format!(
                " (log-loss {:.4} on {} calls held out, {:.4} as it came)",
                against.tuned, against.calls, against.pretrained
            )
        });
    let said = format!("fine-tuning made the encoder no better{losses}: it stays as it came");
    (Tone::Note, said)
}

fn best(epoch: usize) -> String {
    if epoch == 0 {
        "the start".to_owned()
    } else {
        format!("epoch {epoch}")
    }
}

/// Tokens a second since a stage began, for the bar: `, 12345 tokens/s`.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Rate {
    tokens: f64,
    seconds: f64,
}

impl Rate {
    /// Another step is done.
    pub(crate) fn add(&mut self, report: &StepReport) {
        self.tokens += report.tokens as f64;
        self.seconds += report.seconds;
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.seconds > 0.0 {
            write!(f, ", {:.0} tokens/s", self.tokens / self.seconds)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use upturn::training::{AgainstPretrained, Divergence};

    use super::*;

    #[test]
    fn an_early_stop_names_the_epoch_that_is_kept() {
        let said = |best_epoch| {
            let event = TrainingEvent::StoppedEarly {
                epoch: 4,
                best_epoch,
            };
            sentence(&event).unwrap().1
        };
        assert!(said(2).ends_with("not below that of epoch 2 any more"));
        assert!(said(0).ends_with("not below that of the start any more"));
    }

    #[test]
    fn an_encoder_that_is_not_kept_is_said_with_the_reason() {
        let said = |worth| sentence(&TrainingEvent::KeptPretrained { worth }).unwrap();
        let against = AgainstPretrained {
            calls: 204,
            pretrained: 0.65,
            tuned: 0.6610,
        };
        let worse = Worth {
            against_pretrained: Some(against),
            fault: None,
        };
        let expected = "fine-tuning made the encoder no better (log-loss 0.6610 on 204 calls held out, 0.6500 as it came): \
                        it stays as it came";
        assert_eq!(said(worse), (Tone::Note, expected.to_owned()));
        let alike = Worth {
            fault: Some(Divergence::Alike),
            ..worse
        };
        let expected = "the vectors of all calls came out alike: the encoder stays as it came; lower the learning rate";
        assert_eq!(said(alike), (Tone::Warning, expected.to_owned()));
    }

    #[test]
    fn the_rate_is_that_of_all_steps_together() {
        let mut rate = Rate::default();
        assert_eq!(rate.to_string(), "");
        for (tokens, seconds) in [(300, 0.5), (100, 1.5)] {
            rate.add(&StepReport {
                step: 1,
                epoch: 1,
                loss: 0.5,
                gradient_norm: 1.0,
                learning_rate: 1e-5,
                calls: 4,
                tokens,
                seconds,
            });
        }
        assert_eq!(rate.to_string(), ", 200 tokens/s");
    }
}
