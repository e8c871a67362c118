//! What is near the moments of one call, each looked up once: [`NearMoments`].

use upturn_core::{EncodedMoment, Prefix, Retriever, RetrieverError, ScoredDocument};

use super::{Neighbours, Vote};

/// A vote for one prefix of a call after another: all but the last of a prefix's moments are those of a longer one.
///
/// Law: the vote is [`Neighbours::vote`]'s.
#[derive(Debug)]
pub struct NearMoments<'a> {
    neighbours: &'a Neighbours,
    retriever: &'a dyn Retriever,
    known: Vec<(&'a EncodedMoment, Vec<ScoredDocument>)>,
}

impl<'a> NearMoments<'a> {
    /// Of a call that nothing is known of.
    pub const fn new(neighbours: &'a Neighbours, retriever: &'a dyn Retriever) -> Self {
        Self {
            neighbours,
            retriever,
            known: Vec::new(),
        }
    }

    /// What the calls near a prefix of the call say.
    ///
    /// # Errors
    ///
    /// The retriever's own.
    pub fn vote(
        &mut self,
        prefix: Prefix<'_>,
        moments: &'a [EncodedMoment],
    ) -> Result<Vote, RetrieverError> {
        let mut places = Vec::with_capacity(moments.len());
        for moment in moments {
            places.push(self.place(prefix, moment)?);
        }
        let near = places.iter().filter_map(|place| self.known.get(*place));
        Ok(self
            .neighbours
            .vote_of(near.map(|(_, near)| near.as_slice())))
    }

    /// Where it stands what is near a moment.
    fn place(
        &mut self,
        prefix: Prefix<'_>,
        moment: &'a EncodedMoment,
    ) -> Result<usize, RetrieverError> {
        let same = |(known, _): &(&EncodedMoment, _)| {
            known.moment.turns == moment.moment.turns && known.embedding == moment.embedding
        };
        if let Some(place) = self.known.iter().position(same) {
            return Ok(place);
        }
        let near = self.neighbours.near(prefix, moment, self.retriever)?;
        self.known.push((moment, near));
        Ok(self.known.len() - 1)
    }
}
