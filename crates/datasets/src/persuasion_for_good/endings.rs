//! How it ended: the rows of `full_info.csv`, gathered by dialogue.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use upturn_core::{Outcome, Speaker};

use super::{CORPUS, DIALOG, outcome, rejected, sentences::speaker};
use crate::table::{Row, Table};
use crate::{DatasetError, RejectReason, Rejected};

/// Endings by dialogue, and rows that belong to none.
pub(super) struct Endings {
    path: PathBuf,
    by_id: HashMap<String, Ending>,
    homeless: Vec<Rejected>,
}

#[derive(Default)]
pub(super) struct Ending {
    /// Line of its first row.
    line: u64,
    /// User id and outcome.
    pub(super) buyer: Option<(String, Outcome)>,
    /// User id.
    pub(super) seller: Option<String>,
    /// Its first broken row.
    pub(super) broken: Option<(u64, RejectReason)>,
}

impl Endings {
    pub(super) fn read(path: &Path, limit: usize) -> Result<Self, DatasetError> {
        let mut table = Table::open(path, Some(CORPUS), ["B2", "B3", "B4", "B6"], limit)?;
        let mut endings = Self {
            path: path.to_owned(),
            by_id: HashMap::new(),
            homeless: Vec::new(),
        };
        while let Some(Row { line, cells }) = table.next_row()? {
            let [id, user, role, donated] = cells;
            match id {
                Ok(id) => {
                    let ending = endings
                        .by_id
                        .entry(id.to_owned())
                        .or_insert_with(|| Ending {
                            line,
                            ..Ending::default()
                        });
                    if let Err(reason) = ending.add([user, role, donated])
                        && ending.broken.is_none()
                    {
                        ending.broken = Some((line, reason));
                    }
                }
                Err(reason) => endings.homeless.push(rejected(path, line, reason)),
            }
        }
        Ok(endings)
    }

    /// The ending of a dialogue, which is then no longer here.
    pub(super) fn take(&mut self, id: &str) -> Option<Ending> {
        self.by_id.remove(id)
    }

    /// What is left belongs to no dialogue: reported in the order of the file.
    pub(super) fn leave(self) -> Vec<Rejected> {
        let Self {
            path,
            by_id,
            homeless,
        } = self;
        let lost = by_id.into_iter().map(|(id, ending)| {
            let reason = RejectReason::NoSentence { file: DIALOG, id };
            rejected(&path, ending.line, reason)
        });
        let mut all: Vec<_> = homeless.into_iter().chain(lost).collect();
        all.sort_by_key(|rejected| rejected.line);
        all
    }
}

impl Ending {
    fn add(
        &mut self,
        [user, role, donated]: [Result<&str, RejectReason>; 3],
    ) -> Result<(), RejectReason> {
        let user = user?.trim();
        if speaker(role?)? == Speaker::Seller {
            self.seller = (!user.is_empty()).then(|| user.to_owned());
            return Ok(());
        }
        if user.is_empty() {
            return Err(missing("B3"));
        }
        let donated: f64 = donated?.trim().parse().unwrap_or(f64::NAN);
        if !donated.is_finite() {
            return Err(RejectReason::WrongType {
                field: "B6".to_owned(),
                expected: "an amount in dollars",
            });
        }
        if self.buyer.is_some() {
            return Err(RejectReason::SecondBuyer);
        }
        self.buyer = Some((user.to_owned(), outcome(donated)));
        Ok(())
    }
}

fn missing(field: &str) -> RejectReason {
    RejectReason::Missing {
        field: field.to_owned(),
    }
}
