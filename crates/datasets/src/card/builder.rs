//! Counting what passes by: [`CardBuilder`] and its [`CardOptions`].

use std::fmt::Write;

use sha2::{Digest, Sha256};
use upturn_core::{Conversation, Date, Fingerprint};

use super::histogram::LogHistogram;
use super::months::Months;
use super::segments::SegmentCounter;
use super::talk::{SpokenWords, Talk};
use super::{Card, CardContext, Tally};

/// How to make a card.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CardOptions {
    /// Values of a segment that are listed. 8 by default.
    pub top_values: usize,
}

impl Default for CardOptions {
    fn default() -> Self {
        Self { top_values: 8 }
    }
}

impl CardOptions {
    /// The same with another number of values listed. 8 by default.
    #[must_use]
    pub fn with_top_values(mut self, values: usize) -> Self {
        self.top_values = values;
        self
    }
}

/// Makes a card of a stream of conversations.
///
/// Law: memory does not grow with their number; it stays below 15 MB whatever they hold, and is some 100 kB for honest data.
///
/// ```
/// use upturn_core::Conversation;
/// use upturn_datasets::{CardBuilder, CardContext, CardOptions};
///
/// let line = r#"{"id":"1","turns":[{"speaker":"buyer","text":"hello you"}],"outcome":"won"}"#;
/// let call: Conversation = serde_json::from_str(line)?;
/// let mut builder = CardBuilder::new(CardOptions::default());
/// builder.observe(&call);
/// let card = builder.finish(CardContext { read: 1, written: 1, ..CardContext::default() });
/// assert_eq!((card.calls.won, card.talk.words.buyer), (1, 2));
/// assert!(card.to_markdown().contains("1 read = 1 written + 0 set aside: nothing lost."));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct CardBuilder {
    options: CardOptions,
    calls: Tally,
    with_account: u64,
    dates: Option<(Date, Date)>,
    undated: Tally,
    months: Months,
    segments: [(&'static str, SegmentCounter); 5],
    turns: LogHistogram,
    words: LogHistogram,
    minutes: LogHistogram,
    talk: Talk,
    digest: Sha256,
}

impl CardBuilder {
    /// A builder that has seen nothing.
    pub fn new(options: CardOptions) -> Self {
        Self {
            options,
            calls: Tally::default(),
            with_account: 0,
            dates: None,
            undated: Tally::default(),
            months: Months::default(),
            segments: ["industry", "rep", "source", "language", "stage"]
                .map(|name| (name, SegmentCounter::default())),
            turns: LogHistogram::default(),
            words: LogHistogram::default(),
            minutes: LogHistogram::default(),
            talk: Talk::new(),
            digest: Sha256::new(),
        }
    }

    /// Counts a call.
    pub fn observe(&mut self, conversation: &Conversation) {
        // A conversation always serialises: it came from this form.
        let line = serde_json::to_vec(conversation).unwrap_or_default();
        self.observe_line(conversation, &line);
    }

    /// Counts a call whose canonical line, without its line feed, is at hand: to serialise it again takes half the time.
    pub fn observe_line(&mut self, conversation: &Conversation, line: &[u8]) {
        let (metadata, outcome) = (conversation.metadata(), conversation.outcome());
        self.calls.add(outcome);
        self.with_account += u64::from(metadata.account.is_some());
        match metadata.date {
            Some(date) => {
                let (first, last) = self.dates.unwrap_or((date, date));
                self.dates = Some((first.min(date), last.max(date)));
                self.months.add(date, outcome);
            }
            None => self.undated.add(outcome),
        }
        let values = [
            &metadata.industry,
            &metadata.rep,
            &metadata.source,
            &metadata.language,
            &metadata.stage,
        ];
        for ((_, counter), value) in self.segments.iter_mut().zip(values) {
            counter.add(value.as_deref(), outcome);
        }
        self.measure(conversation);
        self.digest.update(line);
        self.digest.update(b"\n");
    }

    fn measure(&mut self, conversation: &Conversation) {
        let mut words = SpokenWords::default();
        let mut ends_ms = None;
        for turn in conversation.turns() {
            words.add(turn.speaker, turn.text.split_whitespace().count() as u64);
            ends_ms = ends_ms.max(turn.start_ms).max(turn.end_ms);
        }
        self.turns.add(conversation.turns().len() as f64);
        self.words.add(words.total() as f64);
        if let Some(ends_ms) = ends_ms {
            self.minutes.add(ends_ms as f64 / 60_000.0);
        }
        self.talk.add(words, conversation.outcome());
    }

    /// The card, with what the pipeline knows.
    pub fn finish(self, about: CardContext) -> Card {
        let top = self.options.top_values;
        let mut digest = String::new();
        for byte in self.digest.finalize() {
            // Writing to a text does not fail.
            write!(digest, "{byte:02x}").unwrap_or_default();
        }
        Card {
            version: Card::VERSION,
            about,
            calls: self.calls,
            base_rate: self.calls.rate(),
            with_account: self.with_account,
            first_date: self.dates.map(|(first, _)| first),
            last_date: self.dates.map(|(_, last)| last),
            undated: self.undated,
            periods: self.months.into_periods(),
            segments: self
                .segments
                .into_iter()
                .map(|(name, counter)| counter.into_segment(name, top))
                .collect(),
            lengths: vec![
                self.turns.into_length("turns"),
                self.words.into_length("words"),
                self.minutes.into_length("minutes"),
            ],
            talk: self.talk,
            fingerprint: Fingerprint::new(digest),
        }
    }
}
