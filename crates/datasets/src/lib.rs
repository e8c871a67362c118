//! From files of any origin to labelled, split conversations: nothing lost, nothing leaked.
//!
//! [`read`] turns a file or folder of one [`Corpus`] into a [`Reading`]: the conversations, every record that was
//! [`Rejected`] with file, line and reason, and how many were [set aside](SetAside) by a rule of the corpus. [`read_one`]
//! reads a single call. [`Folds`] takes a split from a file, [`grouped_folds`] draws one; in both no group (account,
//! person, listing) stands on two sides.
//!
//! ```
//! use std::path::Path;
//! use upturn_datasets::{Corpus, ReadOptions, grouped_folds, read};
//!
//! let calls = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/calls.jsonl");
//! let reading = read(Corpus::Jsonl, &calls, &ReadOptions::default())?;
//! assert_eq!((reading.conversations.len(), reading.rejected.len()), (3, 4));
//! assert!(reading.rejected[0].to_string().ends_with(
//!     "calls.jsonl:4: unknown word `perhaps` in `outcome`, expected `won` or `lost`"
//! ));
//! assert_eq!(grouped_folds(&reading.conversations, 3, 7).len(), 3);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! This crate is *not* a place for models or metrics, and it never prints: what was rejected is returned.

mod call_files;
mod call_stream;
pub mod card;
mod cleaning;
mod corpus;
mod craigslist_bargain;
mod crm;
mod deal;
mod diagnosis;
mod duplicates;
mod elements;
mod error;
mod files;
mod folds;
mod formats;
mod grouped;
mod hex;
mod ingest;
mod inspection;
mod jsonl;
mod labels;
pub mod leakage;
mod lines;
mod node;
mod one;
mod persuasion_for_good;
mod quoted;
mod reading;
mod record;
mod redaction;
mod rejected;
mod rejections;
mod roles;
mod rows;
mod sources;
mod splits;
mod table;
mod toml_place;
mod transcript;
mod turn_lines;

pub use call_stream::CallStream;
pub use card::{Card, CardBuilder, CardContext, CardOptions};
pub use cleaning::{Cleaner, CleaningCounts, CleaningOptions};
pub use corpus::{Corpus, UnknownCorpus};
pub use crm::{
    AmbiguousReason, CallKeys, Contact, Crm, CrmError, CrmMapping, CrmOptions, DayOrder, Deal,
    DealStatus, Decimal, Filled, JoinRule, Joined, Match, Participant, RowPlace, SheetKind,
    SheetReport, StageChange, UnmatchedReason, Vendor,
};
pub use duplicates::{DuplicateError, DuplicateOptions, DuplicateVerdict, Duplicates};
pub use error::DatasetError;
pub use folds::{Assignment, Folds};
pub use formats::{
    AssemblyAiRecords, ChatRecords, ColumnMapping, CsvRecords, DateOrder, DeepgramRecords, Field,
    Format, GongCalls, GongRecords, JsonlRecords, ParquetRecords, Record, Records, RowCounts,
    Shape, SrtRecords, TableError, TextRecords, TimeUnit, UnknownFormat, VttRecords,
    WhisperRecords,
};
pub use grouped::grouped_folds;
pub use ingest::{IngestError, IngestMonitor, IngestSettings, IngestSummary, Ingested, ingest};
pub use inspection::{Inspection, inspect, inspect_ingested, inspect_watched};
pub use labels::{
    CallsLabelled, Label, LabelError, LabelRules, LastCalls, OpenReason, RefusalReason,
};
pub use leakage::{CallOrder, Cut, Finding, LeakGuard, LeakOptions, LeakReport, cut_after_outcome};
pub use one::read_one;
pub use quoted::Quoted;
pub use reading::{ReadOptions, Reading, SetAside, read, read_jsonl};
pub use redaction::{
    CustomPattern, FileRedaction, KeyFile, KeyFileWriter, MetadataRedaction, Pseudonym,
    PseudonymKey, Redacted, RedactionCounts, RedactionError, RedactionKind, RedactionOptions,
    Redactor, UnknownKind, redact_file, restore_file,
};
pub use rejected::{Counted, RejectReason, Rejected};
pub use rejections::Rejections;
pub use roles::{RoleError, RoleRule, RoleRules, Roles, Undecided, Weakest};
pub use sources::{Compression, Decoded, Opened, Source, SourceKind, Sources};
pub use splits::{
    Aside, PartSummary, Split, SplitBy, SplitError, SplitInto, SplitOptions, SplitPart, SplitRow,
    SplitRows, SplitSummary, split,
};
pub use transcript::{Party, Transcript, Utterance};
pub use turn_lines::{NextTurn, TurnLineError, TurnLines};
