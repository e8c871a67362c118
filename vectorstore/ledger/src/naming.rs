//! What a ledger holds of calls that are known by some name: [`Ledger::named`] and [`Ledger::rows_named`].

use std::collections::BTreeSet;

use upturn_core::{ConversationId, Fingerprint};

use crate::{IndexedCall, KnownAs, Ledger, LedgerError};

impl Ledger {
    /// The calls, by whatever encoder, of which a point that is not void is known by such a name.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Damaged`] or [`LedgerError::Io`].
    pub fn named(
        &mut self,
        is_asked: impl Fn(KnownAs<'_>) -> bool,
    ) -> Result<BTreeSet<ConversationId>, LedgerError> {
        self.load()?;
        let encoders: Vec<Fingerprint> = self.encoders();
        let mut named = BTreeSet::new();
        for encoder in &encoders {
            for calls in self.calls(encoder)? {
                let calls = calls?.into_iter();
                let asked = calls.filter(|call| rows(call, &is_asked) > 0);
                named.extend(asked.map(|call| call.conversation));
            }
        }
        Ok(named)
    }

    /// How many points known by such a name are on the disk, void ones too.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Damaged`] or [`LedgerError::Io`].
    pub fn rows_named(&self, is_asked: impl Fn(KnownAs<'_>) -> bool) -> Result<usize, LedgerError> {
        let mut all = 0;
        for calls in self.everything() {
            all += calls?
                .iter()
                .map(|call| rows(call, &is_asked))
                .sum::<usize>();
        }
        Ok(all)
    }
}

fn rows(call: &IndexedCall, is_asked: impl Fn(KnownAs<'_>) -> bool) -> usize {
    let metadata = call.points.iter().map(|point| &point.document.metadata);
    metadata
        .filter(|metadata| is_asked(KnownAs::of_document(metadata)))
        .count()
}
