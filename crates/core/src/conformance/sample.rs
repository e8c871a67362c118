//! Seeded points for the suites: [`Sample`].

use crate::{
    ConversationId, Date, Document, DocumentKind, DocumentMetadata, Embedding, Filter, Outcome,
    Point, TurnRange,
};

/// Accounts that a careless filter confuses with something else.
const ACCOUNTS: [&str; 7] = [
    "acme",
    "Acme",
    "",
    "42",
    "2026-03-01",
    "Müller & \"Söhne\".[0]",
    "6ba7b811-9dad-11d1-80b4-00c04fd430c8",
];

/// Days the documents are of; the filters ask for each of them, so that `before` is tried on its edge.
pub(super) const DAYS: [Date; 5] = [
    jiff::civil::date(1969, 12, 31),
    jiff::civil::date(2025, 12, 31),
    jiff::civil::date(2026, 2, 28),
    jiff::civil::date(2026, 3, 1),
    jiff::civil::date(9999, 1, 1),
];

/// Sizes of deals, and none; the filters ask for each of them, so that both ends are tried on their edge.
const AMOUNTS: [Option<f64>; 5] = [None, Some(-5.0), Some(0.0), Some(1_200.5), Some(3e9)];

/// Words that are said in the documents, the first ones most often.
const WORDS: [&str; 12] = [
    "the", "price", "contract", "Price", "budget", "trial", "émigré", "boss", "later", "42", "no",
    "rarely",
];

/// Moments of a call, besides the call itself.
const MOMENTS: usize = 4;

/// A source of points, filters and queries; the same seed gives the same ones on every machine.
///
/// The generator is `SplitMix64` (Steele, Lea and Flood 2014, figure 16).
#[derive(Debug)]
pub(super) struct Sample {
    state: u64,
    dimension: usize,
}

impl Sample {
    pub(super) fn new(seed: u64, dimension: usize) -> Self {
        Self {
            state: seed,
            dimension,
        }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number in `0..bound`.
    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).unwrap()
    }

    fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        let at = self.below(choices.len());
        *choices.get(at).unwrap()
    }

    fn maybe<T>(&mut self, value: T) -> Option<T> {
        (self.below(2) == 0).then_some(value)
    }

    /// A direction, each number uniform in `[-1, 1)` before scaling.
    pub(super) fn embedding(&mut self) -> Embedding {
        let values = (0..self.dimension)
            .map(|_| self.below(1 << 20) as f32 / (1 << 19) as f32 - 1.0)
            .collect();
        Embedding::normalized(values).unwrap()
    }

    /// Up to nine words, the first of the list more often than the last.
    pub(super) fn sentence(&mut self) -> String {
        let words = (0..self.below(10)).map(|_| {
            let most = self.below(WORDS.len());
            let at = self.below(most + 1);
            *WORDS.get(at).unwrap()
        });
        words.collect::<Vec<_>>().join(" ")
    }

    /// The `count` first points of calls that have four moments and a document of their own each.
    pub(super) fn points(&mut self, count: usize) -> Vec<Point> {
        let mut points = Vec::with_capacity(count + MOMENTS);
        while points.len() < count {
            let call = conversation(points.len() / (MOMENTS + 1));
            points.extend(self.call(&call));
        }
        points.truncate(count);
        points
    }

    fn call(&mut self, conversation: &ConversationId) -> Vec<Point> {
        let account = self.pick(&ACCOUNTS).to_owned();
        let outcome = self.pick(&[None, Some(Outcome::Won), Some(Outcome::Lost)]);
        let day = self.pick(&DAYS);
        let date = self.maybe(day);
        let rep = self.maybe("Robin".to_owned());
        let stage = self.maybe("closing".to_owned());
        let industry = self.maybe("insurance".to_owned());
        let amount = self.pick(&AMOUNTS);
        let language = self.maybe("en".to_owned());
        (0..=MOMENTS)
            .map(|moment| {
                let (kind, turns) = if moment == MOMENTS {
                    (DocumentKind::Call, (0, 2 * MOMENTS))
                } else {
                    (DocumentKind::Moment, (2 * moment, 2 * moment + 2))
                };
                let metadata = DocumentMetadata {
                    kind,
                    conversation: conversation.clone(),
                    turns: TurnRange {
                        start: turns.0,
                        end: turns.1,
                    },
                    account: account.clone(),
                    outcome,
                    rep: rep.clone(),
                    stage: stage.clone(),
                    industry: industry.clone(),
                    amount,
                    date,
                    language: language.clone(),
                };
                let page_content =
                    format!("text {} of {conversation} — ½ {}", turns.0, self.sentence());
                let document = Document {
                    page_content,
                    metadata,
                };
                Point {
                    document,
                    embedding: self.embedding(),
                }
            })
            .collect()
    }

    /// Each condition alone, at its edges, then `combinations` of several at once.
    pub(super) fn filters(&mut self, combinations: usize) -> Vec<Filter> {
        let all = Filter::default;
        let mut filters = vec![
            all(),
            Filter {
                labelled: true,
                ..all()
            },
            Filter {
                without_conversations: vec![conversation(0)],
                ..all()
            },
            Filter {
                without_conversations: (0..9).map(conversation).collect(),
                ..all()
            },
            Filter {
                without_conversations: vec![ConversationId::new("nobody").unwrap()],
                ..all()
            },
            Filter {
                without_accounts: ACCOUNTS.map(str::to_owned).to_vec(),
                ..all()
            },
        ];
        filters.extend(
            [DocumentKind::Moment, DocumentKind::Call].map(|kind| Filter {
                kind: Some(kind),
                ..all()
            }),
        );
        filters.extend([Outcome::Won, Outcome::Lost].map(|outcome| Filter {
            outcome: Some(outcome),
            ..all()
        }));
        filters.extend(ACCOUNTS.map(|account| Filter {
            without_accounts: vec![account.to_owned()],
            ..all()
        }));
        filters.extend(DAYS.map(|day| Filter {
            before: Some(day),
            ..all()
        }));
        filters.extend(DAYS.map(|day| Filter {
            since: Some(day),
            ..all()
        }));
        filters.extend(sizes_of_deals());
        filters.extend(ACCOUNTS.map(|account| Filter {
            accounts: vec![account.to_owned(), "elsewhere".to_owned()],
            ..all()
        }));
        filters.extend(words_of_deals());
        filters.extend((0..combinations).map(|_| self.combination()));
        filters
    }

    fn combination(&mut self) -> Filter {
        let kind = self.pick(&[None, Some(DocumentKind::Moment), Some(DocumentKind::Call)]);
        let outcome = self.pick(&[None, None, Some(Outcome::Won), Some(Outcome::Lost)]);
        let conversations = self.below(4);
        let accounts = self.below(3);
        let wanted = self.below(2) * self.below(12);
        let (day, since) = (self.pick(&DAYS), self.pick(&DAYS));
        Filter {
            conversations: (0..wanted).map(|_| conversation(self.below(20))).collect(),
            accounts: Vec::new(),
            reps: self.maybe("Robin".to_owned()).into_iter().collect(),
            stages: Vec::new(),
            industries: self.maybe("insurance".to_owned()).into_iter().collect(),
            languages: Vec::new(),
            since: self.maybe(since).filter(|_| wanted > 3),
            amount_from: self.pick(&AMOUNTS).filter(|_| wanted == 0),
            amount_to: None,
            kind,
            outcome,
            labelled: self.below(2) == 0,
            without_conversations: (0..conversations)
                .map(|_| conversation(self.below(20)))
                .collect(),
            without_accounts: (0..accounts)
                .map(|_| self.pick(&ACCOUNTS).to_owned())
                .collect(),
            before: self.maybe(day),
        }
    }
}

/// Every size that a deal of the sample has, as the least and as the most that is asked for.
fn sizes_of_deals() -> impl Iterator<Item = Filter> {
    AMOUNTS.into_iter().flat_map(|amount| {
        let from = Filter {
            amount_from: amount,
            ..Filter::default()
        };
        let to = Filter {
            amount_to: amount,
            ..Filter::default()
        };
        [from, to]
    })
}

/// Each word of the CRM alone, with one that nobody has and by itself.
fn words_of_deals() -> Vec<Filter> {
    let all = Filter::default;
    let nobody = || vec!["nobody".to_owned()];
    let with = |word: &str| vec!["nobody".to_owned(), word.to_owned()];
    vec![
        Filter {
            conversations: (0..3).map(conversation).collect(),
            ..all()
        },
        Filter {
            reps: with("Robin"),
            ..all()
        },
        Filter {
            reps: nobody(),
            ..all()
        },
        Filter {
            stages: with("closing"),
            ..all()
        },
        Filter {
            industries: with("insurance"),
            ..all()
        },
        Filter {
            languages: with("en"),
            ..all()
        },
    ]
}

fn conversation(number: usize) -> ConversationId {
    ConversationId::new(format!("call {number}/é")).unwrap()
}
