//! What is to be done with the records: [`IngestSettings`].

use upturn_core::Date;

use crate::{
    CleaningOptions, ColumnMapping, Crm, DuplicateOptions, Format, LabelRules, PseudonymKey,
    ReadOptions, RedactionOptions, RoleRules,
};

/// How records become calls.
///
/// A run that was stopped goes on only under the same settings, the contents of the CRM's exports included; only
/// [`checkpoint`](Self::checkpoint) may differ, and a day that nobody chose.
#[derive(Debug)]
pub struct IngestSettings {
    /// Form of all sources; each is looked at by default.
    pub format: Option<Format>,
    /// Columns of tables; guessed from the header by default.
    pub mapping: ColumnMapping,
    /// Who sells.
    pub roles: RoleRules,
    /// What is cleaned; none leaves the words as they are.
    pub cleaning: Option<CleaningOptions>,
    /// What personal data are replaced; none keeps them.
    pub redaction: Option<RedactionOptions>,
    /// Deals to join with; none by default.
    pub crm: Option<Crm>,
    /// What won and lost mean; those of the CRM by default.
    pub labels: Option<LabelRules>,
    /// The day that counts as today: nothing that came to be known later labels a call.
    pub as_of: Date,
    /// Whether `as_of` is merely the day of this call, so that a run that goes on after midnight keeps the day on which it
    /// began. No by default: only the same day goes on.
    pub as_of_is_today: bool,
    /// What counts as a duplicate; none keeps them all.
    pub duplicates: Option<DuplicateOptions>,
    /// Limits of reading.
    pub read: ReadOptions,
    /// Whether the originals of what was redacted are written to `key.jsonl`, which whoever has it can undo it with.
    pub keeps_key: bool,
    /// Records after which what is done is made safe. 20,000 by default.
    pub checkpoint: u64,
}

impl IngestSettings {
    /// Reads, cleans, redacts and drops duplicates, without a CRM.
    ///
    /// `key` is the secret by which reps and accounts get the same pseudonym in every call.
    pub fn new(as_of: Date, key: PseudonymKey) -> Self {
        Self {
            format: None,
            mapping: ColumnMapping::default(),
            roles: RoleRules::default(),
            cleaning: Some(CleaningOptions::default()),
            redaction: Some(RedactionOptions::default().with_key(key)),
            crm: None,
            labels: None,
            as_of,
            as_of_is_today: false,
            duplicates: Some(DuplicateOptions::default()),
            read: ReadOptions::default(),
            keeps_key: false,
            checkpoint: 20_000,
        }
    }

    /// Rules of labels: the user's, else the CRM's.
    pub(crate) fn label_rules(&self) -> Option<&LabelRules> {
        self.labels.as_ref().or(self.crm.as_ref().map(Crm::rules))
    }
}
