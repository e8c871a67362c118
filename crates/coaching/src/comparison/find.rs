//! Comparable calls out of a store: [`ComparableCalls::of`].

use upturn_core::retrieval::{Comparable, Comparables, comparables, said_next};
use upturn_core::{
    ConversationId, DocumentKind, EncodedMoment, Filter, Outcome, Point, Prefix, Speaker,
    VectorStore, VectorStoreError,
};

use super::alignment::Likeness;
use super::{AlignedMoments, ComparableCall, ComparableCalls};

/// Moments of one call read at once.
const PAGE: usize = 256;

impl ComparableCalls {
    /// For either outcome the `limit` nearest calls that `filter` admits, each aligned to this one.
    ///
    /// As [`comparables`]: neither the call itself nor one of its account is among them.
    ///
    /// # Errors
    ///
    /// The store's own.
    pub fn of(
        store: &dyn VectorStore,
        prefix: Prefix<'_>,
        moments: &[EncodedMoment],
        filter: &Filter,
        limit: usize,
    ) -> Result<Self, VectorStoreError> {
        Self::near(store, prefix, (moments, moments), filter, limit)
    }

    /// The same of calls that are near some of this one's moments, which come behind all of them; aligned by all.
    ///
    /// # Errors
    ///
    /// As [`of`](Self::of).
    pub fn near(
        store: &dyn VectorStore,
        prefix: Prefix<'_>,
        (moments, some): (&[EncodedMoment], &[EncodedMoment]),
        filter: &Filter,
        limit: usize,
    ) -> Result<Self, VectorStoreError> {
        let side = |outcome: Outcome| {
            if filter.outcome.is_some_and(|asked| asked != outcome) {
                return Ok(Vec::new());
            }
            let filter = Filter {
                outcome: Some(outcome),
                ..filter.clone()
            };
            let Comparables { won, lost } = comparables(store, prefix, some, &filter, limit)?;
            let one = |found| ComparableCall::beside(store, moments, found, outcome);
            won.into_iter().chain(lost).map(one).collect()
        };
        let (won, lost): (_, Result<_, VectorStoreError>) =
            rayon::join(|| side(Outcome::Won), || side(Outcome::Lost));
        Ok(Self {
            won: won?,
            lost: lost?,
        })
    }
}

impl ComparableCall {
    fn beside(
        store: &dyn VectorStore,
        moments: &[EncodedMoment],
        Comparable { turns, found }: Comparable,
        outcome: Outcome,
    ) -> Result<Self, VectorStoreError> {
        let metadata = found.document.metadata;
        let points = moments_of(store, &metadata.conversation)?;
        let likeness = Likeness::new(moments, &points);
        let alike = AlignedMoments {
            here: turns,
            there: metadata.turns,
            score: found.score,
        };
        Ok(Self {
            said_next: said_next(store, &metadata, Speaker::Seller)?,
            outcome,
            score: found.score,
            here: turns,
            there: metadata.turns,
            text: found.document.page_content,
            aligned: likeness.aligned(),
            parted: likeness.parted(alike),
            id: metadata.conversation,
        })
    }
}

/// The moments of a call, in order.
fn moments_of(
    store: &dyn VectorStore,
    call: &ConversationId,
) -> Result<Vec<Point>, VectorStoreError> {
    let filter = Filter {
        kind: Some(DocumentKind::Moment),
        conversations: vec![call.clone()],
        ..Filter::default()
    };
    let mut all: Vec<Point> = Vec::new();
    let mut after = None;
    loop {
        let page = store.scroll(&filter, after, PAGE)?;
        let is_last = page.len() < PAGE;
        after = page.last().map(|point| point.document.id());
        all.extend(page);
        if is_last {
            all.sort_by_key(|point| point.document.metadata.turns);
            return Ok(all);
        }
    }
}
