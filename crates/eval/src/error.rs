//! What can go wrong when predictions are read, paired or written: [`EvalError`].

use std::fmt;
use std::io;
use std::path::PathBuf;

use upturn_core::{ConversationId, Diagnostic, ErrorKind};

/// One of the two sides that are paired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// The first method.
    Ours,
    /// The method it is compared with.
    Theirs,
    /// The first of several runs of one method.
    FirstRun,
    /// Another of them.
    OtherRun,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ours => "our predictions",
            Self::Theirs => "the other method's predictions",
            Self::FirstRun => "the first run's predictions",
            Self::OtherRun => "another run's predictions",
        })
    }
}

/// What a field of a table of predictions must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cell {
    /// Name of a conversation.
    Id,
    /// Share of the turns that were known.
    Prefix,
    /// Seed of the folds.
    Seed,
    /// What came out.
    Label,
    /// A method's prediction.
    Probability,
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Id => "an id of 1 to 512 bytes",
            Self::Prefix => "a share of the turns above 0 and up to 1",
            Self::Seed => "a whole number from 0",
            Self::Label => "0 (lost) or 1 (won)",
            Self::Probability => "a probability from 0 to 1",
        })
    }
}

/// Why predictions cannot be measured, compared, read or written.
///
/// What stands in a field is never repeated: a file given by mistake may hold what was said.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EvalError {
    /// A bootstrap of no resamples.
    #[error("a bootstrap needs at least one replicate")]
    NoReplicates,
    /// A level that is no share.
    #[error("level {got} is no share: expected a number between 0 and 1")]
    Level {
        /// What was given.
        got: f64,
    },
    /// Vectors that cannot be projected.
    #[error(
        "vector {at} is empty, has another length than the first, or holds a number that is not finite"
    )]
    Vectors {
        /// Its place, from 0; 0 also where there is none.
        at: usize,
    },
    /// A learning curve with a size or a number that is none.
    #[error(
        "point {at} of the learning curve has no calls, no replicates, or a number that is not finite"
    )]
    CurvePoint {
        /// Its place, from 0.
        at: usize,
    },
    /// There is nothing to measure.
    #[error("there are no predictions")]
    NoPredictions,
    /// A conversation is predicted twice.
    #[error("conversation `{id}` has two predictions")]
    RepeatedId {
        /// The conversation.
        id: ConversationId,
    },
    /// The methods speak of different conversations.
    #[error("{side} lack {missing} of {of} conversations, first `{id}`")]
    Unpaired {
        /// Who lacks them.
        side: Side,
        /// The first that is missing.
        id: ConversationId,
        /// How many are missing.
        missing: usize,
        /// How many the other side has.
        of: usize,
    },
    /// The methods were graded on different outcomes.
    #[error("the outcomes of {differing} of {of} conversations differ, first `{id}`")]
    OutcomesDiffer {
        /// The first that differs.
        id: ConversationId,
        /// How many differ.
        differing: usize,
        /// How many were paired.
        of: usize,
    },
    /// The file cannot be read.
    #[error("cannot read predictions from `{}`", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is not UTF-8.
    #[error("`{}` line {line} is not UTF-8", path.display())]
    NotUtf8 {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: u64,
    },
    /// The file holds no predictions.
    #[error("`{}` holds no predictions", path.display())]
    EmptyTable {
        /// The file.
        path: PathBuf,
    },
    /// A column every table needs is not there.
    #[error("`{}` has no column `{column}`", path.display())]
    MissingColumn {
        /// The file.
        path: PathBuf,
        /// Name of the column.
        column: &'static str,
    },
    /// Two columns have one name.
    #[error("`{}` has one name for the columns {first} and {second}", path.display())]
    RepeatedColumn {
        /// The file.
        path: PathBuf,
        /// The one, from 1.
        first: usize,
        /// The other.
        second: usize,
    },
    /// No column holds a method's predictions.
    #[error("`{}` has no column of a method", path.display())]
    NoMethod {
        /// The file.
        path: PathBuf,
    },
    /// A line has more or fewer fields than the header.
    #[error("`{}` line {line} has {got} fields, the header has {expected}", path.display())]
    FieldCount {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: u64,
        /// Fields of the header.
        expected: u64,
        /// Fields of the line.
        got: u64,
    },
    /// A field does not hold what its column means.
    #[error("`{}` line {line}, column `{column}`: expected {expected}", path.display())]
    InvalidField {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: u64,
        /// Name of the column.
        column: String,
        /// What belongs there.
        expected: Cell,
    },
    /// A conversation stands twice under one prefix and seed.
    #[error("`{}` line {line} repeats conversation `{id}` with prefix {prefix} and seed {seed}", path.display())]
    RepeatedRow {
        /// The file.
        path: PathBuf,
        /// Line of the second, from 1.
        line: u64,
        /// The conversation.
        id: ConversationId,
        /// Share of the turns that were known.
        prefix: f64,
        /// Seed of the folds.
        seed: u64,
    },
    /// No column has the name of the method.
    #[error("`{}` has no method `{method}`", path.display())]
    UnknownMethod {
        /// The file.
        path: PathBuf,
        /// What was asked for.
        method: String,
        /// The methods there are.
        known: Vec<String>,
    },
    /// No line has the prefix and the seed.
    #[error("`{}` has no predictions for prefix {prefix} and seed {seed}", path.display())]
    UnknownRun {
        /// The file.
        path: PathBuf,
        /// The prefix asked for.
        prefix: f64,
        /// The seed asked for.
        seed: u64,
        /// The pairs of prefix and seed there are.
        known: Vec<(f64, u64)>,
    },
    /// A method's name would make a table that cannot be read again.
    #[error("`{method}` cannot be the name of a method's column")]
    MethodName {
        /// The name.
        method: String,
    },
    /// A prefix that is no share of the turns.
    #[error("prefix {got} is no share of the turns: expected a number above 0 and up to 1")]
    Prefix {
        /// What was given.
        got: f64,
    },
    /// Two sets of predictions would stand under one prefix and seed.
    #[error("there are two sets of predictions for prefix {prefix} and seed {seed}")]
    RepeatedRun {
        /// Share of the turns that were known.
        prefix: f64,
        /// Seed of the folds.
        seed: u64,
    },
    /// The file cannot be written. What stood there before is unchanged.
    #[error("cannot write predictions to `{}`", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A report cannot be written.
    #[error("cannot write the report to `{}`", path.display())]
    WriteReport {
        /// The folder or the file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl Diagnostic for EvalError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Read { source, .. }
            | Self::Write { source, .. }
            | Self::WriteReport { source, .. } => kind_of_io(source),
            Self::UnknownMethod { .. } | Self::UnknownRun { .. } => ErrorKind::NotFound,
            Self::NoReplicates
            | Self::Vectors { .. }
            | Self::CurvePoint { .. }
            | Self::Level { .. }
            | Self::NoPredictions
            | Self::RepeatedId { .. }
            | Self::Unpaired { .. }
            | Self::OutcomesDiffer { .. }
            | Self::NotUtf8 { .. }
            | Self::EmptyTable { .. }
            | Self::MissingColumn { .. }
            | Self::RepeatedColumn { .. }
            | Self::NoMethod { .. }
            | Self::FieldCount { .. }
            | Self::InvalidField { .. }
            | Self::RepeatedRow { .. }
            | Self::MethodName { .. }
            | Self::Prefix { .. }
            | Self::RepeatedRun { .. } => ErrorKind::InvalidInput,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Level { .. } => Some("a level of 95 % is written 0.95".to_owned()),
            Self::Unpaired { .. } => Some(
                "a paired comparison needs the same conversations on both sides: predict the same data, with the same prefix and folds".to_owned(),
            ),
            Self::OutcomesDiffer { .. } => {
                Some("check that both were made from the same version of the data".to_owned())
            }
            Self::NotUtf8 { .. } => Some("save the file as UTF-8".to_owned()),
            Self::EmptyTable { .. } | Self::MissingColumn { .. } | Self::NoMethod { .. } => Some(
                "the first line must be `id,prefix,seed,label` and one column for each method".to_owned(),
            ),
            Self::UnknownMethod { known, .. } => {
                Some(format!("its methods are {}", known.join(", ")))
            }
            Self::UnknownRun { known, .. } => Some(format!(
                "it has {}",
                known.iter().map(run_in_words).collect::<Vec<_>>().join(", ")
            )),
            Self::RepeatedId { .. } => {
                Some("give each conversation once for a prefix and a seed: files may overlap".to_owned())
            }
            Self::RepeatedColumn { .. } => {
                Some("give a table of predictions, whose columns have names of their own".to_owned())
            }
            Self::NoReplicates
            | Self::Vectors { .. }
            | Self::CurvePoint { .. }
            | Self::NoPredictions
            | Self::Read { .. }
            | Self::FieldCount { .. }
            | Self::InvalidField { .. }
            | Self::RepeatedRow { .. }
            | Self::MethodName { .. }
            | Self::Prefix { .. }
            | Self::RepeatedRun { .. }
            | Self::Write { .. }
            | Self::WriteReport { .. } => None,
        }
    }
}

fn run_in_words((prefix, seed): &(f64, u64)) -> String {
    format!("prefix {prefix} with seed {seed}")
}

/// Who has to act when a file cannot be read or written.
fn kind_of_io(error: &io::Error) -> ErrorKind {
    if error.kind() == io::ErrorKind::NotFound {
        return ErrorKind::NotFound;
    }
    let wrong_file = [
        io::ErrorKind::PermissionDenied,
        io::ErrorKind::IsADirectory,
        io::ErrorKind::NotADirectory,
    ];
    if wrong_file.contains(&error.kind()) {
        ErrorKind::InvalidInput
    } else {
        ErrorKind::Unavailable
    }
}
