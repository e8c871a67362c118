//! Calls into a collection.

use std::sync::Arc;

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use upturn::training::Monitor as _;
use upturn::vectorstore::edge::EdgeLayout;
use upturn::vectorstore::index::Index;
use upturn::{Conversation, Filter, Model, VectorStore};

use crate::encoding::{Batch, CallSetAside, report_set_aside};
use crate::failure::Failure;
use crate::numbers::count;
use crate::pipeline::side_by_side;
use crate::place::{NotOpened, Place};
use crate::printer::Printer;
use crate::progress::Progress;

/// Calls that are encoded and stored together; Ctrl-C is heeded in between.
const CHUNK: usize = 32;

/// What a filling did.
#[derive(Debug, Default)]
pub(crate) struct Filled {
    /// Points written by this filling: one a moment and one a call.
    pub(crate) points: usize,
    /// Calls that were not in it.
    pub(crate) new: usize,
    /// Calls that were in it with other turns, outcome or metadata.
    pub(crate) changed: usize,
    /// Calls that were in it as they are, and so were not embedded again.
    pub(crate) unchanged: usize,
    /// Calls that were forgotten, and so were passed over.
    pub(crate) forgotten: usize,
    /// Points that the collection holds now.
    pub(crate) points_in_collection: usize,
    /// New or changed calls that could not be embedded. What the collection had of them stays; the next filling tries them again.
    pub(crate) set_aside: Vec<CallSetAside>,
    /// Seconds from the first call to the last.
    pub(crate) seconds: f64,
    /// Seconds of these in which calls were being encoded; the store writes meanwhile.
    pub(crate) encoding_seconds: f64,
}

/// Encodes calls and puts them where they belong.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Filling<'a> {
    /// Where the collection is.
    pub(crate) place: &'a Place,
    /// How it is laid out where it is made; as it was, where it is filled anew and nothing is said.
    pub(crate) layout: Option<EdgeLayout>,
    /// Whose encoder it is.
    pub(crate) model: &'a Model,
    /// The calls.
    pub(crate) calls: &'a [&'a Conversation],
    /// Shows how far it is.
    pub(crate) progress: &'a Progress,
    /// Says what is out of the ordinary.
    pub(crate) printer: Printer,
}

impl Filling<'_> {
    /// Puts calls that are new or changed into the collection, which is made where there is none.
    ///
    /// After an interruption the calls of the chunks done are in the collection; the same command goes on with the others.
    ///
    /// # Errors
    ///
    /// [`Failure::Interrupted`], or why a call can't be encoded or the collection can't be opened or written.
    pub(crate) fn fill(self) -> Result<(Index, Filled), Failure> {
        let mut index = self.place.create_or_open(self.model, self.layout)?;
        tell(&index, self.printer);
        let filled = self.put(&mut index)?;
        Ok((index, filled))
    }

    /// Fills the next generation of the collection with all calls, and puts it in the place of the one in use.
    ///
    /// # Errors
    ///
    /// As [`fill`](Self::fill); the generation in use stays what it was.
    pub(crate) fn fill_anew(self) -> Result<Filled, Failure> {
        self.place
            .fill_anew(self.model, self.layout, self.calls, |rebuild| {
                tell(rebuild.index(), self.printer);
                if rebuild.left_out() > 0 {
                    self.printer.warning(&format!(
                        "{} of the old generation are not in the data, and not in the new one",
                        calls(rebuild.left_out())
                    ));
                }
                self.put(rebuild.index())
            })
    }

    fn put(&self, index: &mut Index) -> Result<Filled, Failure> {
        let changes = index.changes(self.calls)?;
        if changes.forgotten > 0 {
            let verbs = if changes.forgotten == 1 {
                ("was", "is")
            } else {
                ("were", "are")
            };
            self.printer.warning(&format!(
                "{} {} forgotten and {} passed over",
                calls(changes.forgotten),
                verbs.0,
                verbs.1,
            ));
        }
        let mut places = [&changes.new[..], &changes.changed].concat();
        places.sort_unstable();
        let to_do: Vec<&Conversation> = places
            .into_iter()
            .filter_map(|at| self.calls.get(at).copied())
            .collect();
        let mut filled = Filled {
            points: 0,
            new: changes.new.len(),
            changed: changes.changed.len(),
            unchanged: changes.unchanged,
            forgotten: changes.forgotten,
            points_in_collection: 0,
            set_aside: Vec::new(),
            seconds: 0.0,
            encoding_seconds: 0.0,
        };
        self.embed(index, &to_do, &mut filled)?;
        report_set_aside(&filled.set_aside, self.printer);
        filled.points_in_collection = index.count(&Filter::default())?;
        Ok(filled)
    }

    /// The next calls are encoded while the store writes the last ones. One that can't be encoded is set aside.
    fn embed(
        &self,
        index: &mut Index,
        calls: &[&Conversation],
        filled: &mut Filled,
    ) -> Result<(), Failure> {
        self.progress.stage("indexing", calls.len() as u64);
        let encoder = &**self.model.encoder();
        let chunks = calls.chunks(CHUNK).take_while(|_| !self.progress.stopped());
        let mut done = 0;
        let began = Instant::now();
        let encoding = Mutex::new(Duration::ZERO);
        side_by_side(
            chunks,
            |chunk| timed(&encoding, || Batch::encode(encoder, chunk)),
            |batch| {
                let calls = batch.calls();
                filled.points += index.put(&batch.indexed)?;
                filled.set_aside.extend(batch.set_aside);
                done += calls;
                self.progress.advance(calls);
                Ok::<(), Failure>(())
            },
        )?;
        let all = calls.len();
        if done < all {
            return Err(Failure::interrupted(&format!(
                "{done} of {all} calls are indexed; the same command goes on"
            )));
        }
        self.progress.clear();
        index.optimize()?;
        filled.seconds = began.elapsed().as_secs_f64();
        let encoding = encoding
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        filled.encoding_seconds = encoding.as_secs_f64();
        Ok(())
    }
}

fn timed<T>(total: &Mutex<Duration>, work: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let done = work();
    *total.lock().unwrap_or_else(PoisonError::into_inner) += began.elapsed();
    done
}

/// `1 call`, `2 calls`.
pub(crate) fn calls(number: usize) -> String {
    format!(
        "{} call{}",
        count(number),
        if number == 1 { "" } else { "s" }
    )
}

/// Opens the collection that a model's encoder filled; says so where its store had to be put right.
///
/// # Errors
///
/// Why it can't be opened, or that another encoder filled it.
pub(crate) fn open(
    place: &Place,
    model: &Model,
    printer: Printer,
) -> Result<Arc<dyn VectorStore>, Failure> {
    let opened = place.open(model, |index| tell(index, printer));
    opened
        .map(Arc::from)
        .map_err(|error| error.failure.with_place(&place.options()))
}

/// The same for those who can do without: in place of the collection, why it can't be opened.
///
/// # Errors
///
/// That there is no such collection, or another encoder filled it: that is for the user to put right.
pub(crate) fn open_if_sound(
    place: &Place,
    model: &Model,
    printer: Printer,
) -> Result<Result<Arc<dyn VectorStore>, String>, Failure> {
    match place.open(model, |index| tell(index, printer)) {
        Ok(store) => Ok(Ok(Arc::from(store))),
        Err(NotOpened {
            is_refusal: true,
            failure,
        }) => Err(failure.with_place(&place.options())),
        Err(NotOpened { failure, .. }) => Ok(Err(failure.message().unwrap_or_default().to_owned())),
    }
}

/// Says what had to be done when it was opened.
pub(crate) fn tell(index: &Index, printer: Printer) {
    if let Some(repair) = index.repair() {
        printer.warning(&format!(
            "the collection was put right from its ledger, {} points were stored anew: {}",
            repair.points, repair.reason
        ));
        if repair.layout_lost {
            printer.warning(&format!(
                "how the collection in `{}` was laid out is lost, it is laid out as by default now: `upturn index --rebuild` \
                 with `--vectors-on-disk`, `--graph-on-disk` or `--quantization` lays it out anew",
                index.folder().display()
            ));
        }
    }
    if let Some(forgotten) = index.finished() {
        printer.warning(&format!(
            "an `upturn forget` that was interrupted was carried out: {}, {} points, now none in store and ledger",
            calls(forgotten.conversations),
            count(forgotten.before.store.max(forgotten.before.ledger)),
        ));
    }
}
