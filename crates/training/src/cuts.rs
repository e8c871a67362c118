//! Where calls are cut, to learn from and to ask about: [`Cuts`].

use upturn_core::{Conversation, Prefix};

/// Fractions of a call's turns.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cuts<'a> {
    learnt: &'a [f64],
    asked_besides: &'a [f64],
}

impl<'a> Cuts<'a> {
    /// Fractions that are learnt from and asked about.
    pub(crate) const fn new(learnt: &'a [f64]) -> Self {
        Self {
            learnt,
            asked_besides: &[],
        }
    }

    /// The same with fractions that are only asked about: none where only whole calls are learnt from.
    pub(crate) fn asking(self, besides: &'a [f64]) -> Self {
        let cut = self.learnt.iter().any(|fraction| *fraction < 1.0);
        Self {
            asked_besides: if cut { besides } else { &[] },
            ..self
        }
    }

    /// What is learnt from: shortest first, the whole call as the last. Prefixes of equal length count once.
    pub(crate) fn learnt(self, conversation: &Conversation) -> Vec<Prefix<'_>> {
        prefixes(conversation, self.learnt.iter())
    }

    /// What is asked about, likewise.
    pub(crate) fn asked(self, conversation: &Conversation) -> Vec<Prefix<'_>> {
        prefixes(conversation, self.learnt.iter().chain(self.asked_besides))
    }
}

fn prefixes<'c, 'f>(
    conversation: &'c Conversation,
    fractions: impl Iterator<Item = &'f f64>,
) -> Vec<Prefix<'c>> {
    let mut cuts: Vec<Prefix<'c>> = fractions
        .map(|fraction| Prefix::fraction(conversation, *fraction))
        .filter(|prefix| !prefix.is_finished())
        .collect();
    cuts.sort_by_key(|prefix| prefix.turns().len());
    cuts.dedup_by_key(|prefix| prefix.turns().len());
    cuts.push(conversation.whole());
    cuts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::calls;

    /// How many turns are known, and whether they are all there will be.
    fn ends(prefixes: &[Prefix<'_>]) -> Vec<(usize, bool)> {
        let end = |prefix: &Prefix<'_>| (prefix.turns().len(), prefix.is_finished());
        prefixes.iter().map(end).collect()
    }

    #[test]
    fn more_is_asked_about_than_learnt_from() {
        let calls = calls(1);
        let cuts = Cuts::new(&[1.0, 0.75, 0.5]).asking(&[0.1, 0.5, 0.3]);
        assert_eq!(
            ends(&cuts.learnt(&calls[0])),
            [(2, false), (3, false), (4, true)]
        );
        let asked = [(1, false), (2, false), (3, false), (4, true)];
        assert_eq!(ends(&cuts.asked(&calls[0])), asked);
    }

    #[test]
    fn who_learns_from_whole_calls_alone_is_asked_about_whole_calls_alone() {
        let calls = calls(1);
        let cuts = Cuts::new(&[1.0]).asking(&[0.1, 0.5]);
        assert_eq!(ends(&cuts.asked(&calls[0])), [(4, true)]);
    }
}
