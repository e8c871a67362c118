use std::sync::Mutex;

use proptest::prelude::*;
use upturn_core::{
    Conversation, Document, DocumentMetadata, Embedding, Metadata, Moment, Outcome, Speaker, Turn,
    TurnRange,
};

use super::*;

/// Remembers what it was asked; returns its documents nearest first, up to the limit, filtered only if `obeys`.
#[derive(Debug)]
struct Spy {
    documents: Vec<(Embedding, Document)>,
    obeys: bool,
    asked: Mutex<Vec<RetrievalRequest>>,
}

impl Spy {
    fn new(documents: Vec<(Embedding, Document)>, obeys: bool) -> Self {
        Self {
            documents,
            obeys,
            asked: Mutex::default(),
        }
    }
}

impl Retriever for Spy {
    fn retrieve(&self, request: &RetrievalRequest) -> Result<Vec<ScoredDocument>, RetrieverError> {
        self.asked.lock().unwrap().push(request.clone());
        let Query::Vector(query) = &request.query else {
            return Ok(Vec::new());
        };
        let admitted =
            |document: &Document| !self.obeys || request.filter.admits(&document.metadata);
        let mut found: Vec<ScoredDocument> = self
            .documents
            .iter()
            .filter(|(_, document)| admitted(document))
            .map(|(embedding, document)| ScoredDocument {
                document: document.clone(),
                score: embedding.cosine(query),
            })
            .collect();
        found.sort_by(|a, b| b.score.total_cmp(&a.score));
        found.truncate(request.limit);
        Ok(found)
    }
}

fn at(angle: f32) -> Embedding {
    Embedding::normalized(vec![angle.cos(), angle.sin()]).unwrap()
}

fn document(id: &str, account: &str, outcome: Option<Outcome>, start: usize) -> Document {
    Document {
        page_content: format!("{id} {start}"),
        metadata: DocumentMetadata {
            kind: DocumentKind::Moment,
            conversation: ConversationId::new(id).unwrap(),
            turns: TurnRange {
                start,
                end: start + 1,
            },
            account: account.to_owned(),
            outcome,
            rep: None,
            stage: None,
            industry: None,
            amount: None,
            date: None,
            language: None,
        },
    }
}

fn conversation(account: Option<&str>) -> Conversation {
    let turns = vec![Turn::new(Speaker::Seller, "hello")];
    let metadata = Metadata {
        account: account.map(str::to_owned),
        ..Metadata::default()
    };
    Conversation::new(ConversationId::new("own").unwrap(), turns)
        .unwrap()
        .with_metadata(metadata)
}

fn moment(angle: f32) -> EncodedMoment {
    EncodedMoment {
        moment: Moment {
            conversation: ConversationId::new("own").unwrap(),
            turns: TurnRange { start: 0, end: 1 },
            text: "hello".to_owned(),
        },
        embedding: at(angle),
        turns: Vec::new(),
    }
}

fn neighbours(limit: usize) -> Neighbours {
    let config = NeighboursConfig {
        limit,
        ..NeighboursConfig::default()
    };
    Neighbours::new(config, 0.25)
}

/// Moments of the call itself, of its group, of a call without outcome, and of three comparable calls.
fn store() -> Vec<(Embedding, Document)> {
    let (won, lost) = (Some(Outcome::Won), Some(Outcome::Lost));
    let mut call = document("other", "other", won, 0);
    call.metadata.kind = DocumentKind::Call;
    vec![
        (at(0.0), document("own", "elsewhere", won, 0)),
        (at(0.0), document("sibling", "acme", won, 0)),
        (at(0.0), document("open", "open", None, 0)),
        (at(0.0), call),
        (at(0.1), document("a", "a", lost, 0)),
        (at(0.2), document("a", "a", lost, 1)),
        (at(0.3), document("b", "b", won, 0)),
        (at(0.9), document("c", "c", won, 0)),
    ]
}

#[test]
fn neither_itself_nor_its_group_ever_votes() -> Result<(), RetrieverError> {
    for obeys in [true, false] {
        let spy = Spy::new(store(), obeys);
        let vote = neighbours(3).vote(conversation(Some("acme")).whole(), &[moment(0.0)], &spy)?;
        let voters: Vec<&str> = vote.evidence.iter().map(|near| near.id.as_str()).collect();
        assert_eq!(voters, ["a", "b", "c"], "the store obeys: {obeys}");
        for request in spy.asked.lock().unwrap().iter() {
            let expected = Filter {
                kind: Some(DocumentKind::Moment),
                labelled: true,
                without_conversations: vec![ConversationId::new("own").unwrap()],
                without_accounts: vec!["acme".to_owned()],
                ..Filter::default()
            };
            assert_eq!(request.filter, expected);
        }
    }
    Ok(())
}

#[test]
fn without_an_account_the_conversation_is_its_own_group() -> Result<(), RetrieverError> {
    let spy = Spy::new(store(), true);
    neighbours(3).vote(conversation(None).whole(), &[moment(0.0)], &spy)?;
    let asked = spy.asked.lock().unwrap();
    assert_eq!(asked[0].filter.without_accounts, ["own"]);
    Ok(())
}

#[test]
fn the_vote_is_the_formula() -> Result<(), RetrieverError> {
    let spy = Spy::new(store(), true);
    let vote = neighbours(2).vote(conversation(Some("acme")).whole(), &[moment(0.0)], &spy)?;
    let gap = f64::from(at(0.3).cosine(&at(0.0))) - f64::from(at(0.1).cosine(&at(0.0)));
    let expected = (((gap / 0.05).exp() + 2.0 * 0.25) / (1.0 + 2.0 * 0.75)).ln();
    assert!((vote.logit - expected).abs() < 1e-12);
    assert_eq!(vote.evidence[0].turns, TurnRange { start: 0, end: 1 });
    assert_eq!(vote.evidence[0].text, "a 0");
    Ok(())
}

#[test]
fn many_near_moments_of_one_call_do_not_crowd_out_the_others() -> Result<(), RetrieverError> {
    let mut documents: Vec<_> = (0..40_u16)
        .map(|turn| {
            let near = document("talker", "talker", Some(Outcome::Won), usize::from(turn));
            (at(0.001 * f32::from(turn)), near)
        })
        .collect();
    documents.push((at(1.0), document("far", "far", Some(Outcome::Lost), 0)));
    let spy = Spy::new(documents, true);
    let vote = neighbours(2).vote(conversation(None).whole(), &[moment(0.0)], &spy)?;
    let ids: Vec<&str> = vote.evidence.iter().map(|near| near.id.as_str()).collect();
    assert_eq!(ids, ["talker", "far"]);
    Ok(())
}

#[test]
fn without_voters_the_share_of_won_calls_speaks() -> Result<(), RetrieverError> {
    let own = conversation(Some("acme"));
    let empty = neighbours(3).vote(own.whole(), &[moment(0.0)], &Spy::new(Vec::new(), true))?;
    assert!((empty.logit - (0.25f64 / 0.75).ln()).abs() < 1e-12);
    assert!(empty.evidence.is_empty());
    Ok(())
}

#[test]
fn earlier_calls_only_means_nothing_undated() -> Result<(), RetrieverError> {
    let config = NeighboursConfig {
        only_earlier: true,
        ..NeighboursConfig::default()
    };
    let voters = Neighbours::new(config, 0.5);
    let mut store = store();
    let day = |text: &str| text.parse::<upturn_core::Date>().unwrap();
    store[4].1.metadata.date = Some(day("2026-01-01"));
    store[6].1.metadata.date = Some(day("2026-03-01"));
    let spy = Spy::new(store, false);
    let undated = voters.vote(conversation(None).whole(), &[moment(0.0)], &spy)?;
    assert!(undated.evidence.is_empty());
    let metadata = Metadata {
        date: Some(day("2026-02-01")),
        ..Metadata::default()
    };
    let dated = conversation(None).with_metadata(metadata);
    let vote = voters.vote(dated.whole(), &[moment(0.0)], &spy)?;
    let ids: Vec<&str> = vote.evidence.iter().map(|near| near.id.as_str()).collect();
    assert_eq!(ids, ["a"]);
    Ok(())
}

#[test]
fn one_prefix_after_another_asks_once_about_each_moment_and_votes_alike() {
    let of_turns = |end, angle| {
        let mut moment = moment(angle);
        moment.moment.turns.end = end;
        moment
    };
    // The last moment grows, then another one begins; a moment of the same turns may be another one.
    let prefixes = [
        vec![of_turns(1, 0.1)],
        vec![of_turns(2, 0.4)],
        vec![of_turns(2, 0.4), of_turns(3, 0.9)],
        vec![of_turns(2, 0.5), of_turns(3, 0.9)],
    ];
    let (neighbours, own) = (neighbours(3), conversation(None));
    let spy = Spy::new(store(), true);
    let mut known = NearMoments::new(&neighbours, &spy);
    let votes: Vec<Vote> = prefixes
        .iter()
        .map(|moments| known.vote(own.whole(), moments).unwrap())
        .collect();
    let asked = spy.asked.lock().unwrap().len();
    let each = Spy::new(store(), true);
    for (moments, vote) in prefixes.iter().zip(votes) {
        assert_eq!(vote, neighbours.vote(own.whole(), moments, &each).unwrap());
    }
    let (each, moments) = (each.asked.lock().unwrap().len(), 6);
    assert_eq!(asked * moments, each * 4, "{asked} of {each}");
}

proptest! {
    #[test]
    fn voters_are_the_nearest_calls_by_their_nearest_moment(
        stored in prop::collection::vec((0usize..8, -3.0f32..3.0, any::<bool>()), 0..120),
        asked in prop::collection::vec(-3.0f32..3.0, 1..4),
        limit in 1usize..6,
    ) {
        let documents: Vec<_> = stored
            .iter()
            .enumerate()
            .map(|(place, (call, angle, _))| {
                let won = if call % 2 == 0 { Outcome::Won } else { Outcome::Lost };
                (at(*angle), document(&format!("c{call}"), &format!("g{call}"), Some(won), place))
            })
            .collect();
        let mut best: BTreeMap<&str, f32> = BTreeMap::new();
        for (embedding, document) in &documents {
            for angle in &asked {
                let near = best.entry(document.metadata.conversation.as_str()).or_insert(f32::MIN);
                *near = near.max(embedding.cosine(&at(*angle)));
            }
        }
        let mut expected: Vec<f32> = best.values().copied().collect();
        expected.sort_by(|a, b| b.total_cmp(a));
        expected.truncate(limit);
        let moments: Vec<EncodedMoment> = asked.iter().map(|angle| moment(*angle)).collect();
        let own = conversation(None);
        let vote = neighbours(limit).vote(own.whole(), &moments, &Spy::new(documents.clone(), true)).unwrap();
        let got: Vec<f32> = vote.evidence.iter().map(|near| near.score).collect();
        prop_assert_eq!(got, expected);
        let nearest = asked.iter().map(|angle| {
            let cosines = documents.iter().map(|(embedding, _)| embedding.cosine(&at(*angle)));
            f64::from(cosines.fold(f32::MIN, f32::max))
        });
        let shares = neighbours(limit).shares(&vote.evidence);
        let sum = shares.prior + shares.voters.iter().sum::<f64>();
        prop_assert!((sum - vote.logit).abs() < 1e-9, "{} {}", sum, vote.logit);
        for side in [Outcome::Won, Outcome::Lost] {
            let pairs = vote.evidence.iter().zip(&shares.voters).filter(|(near, _)| near.outcome == side);
            let sizes: Vec<f64> = pairs.map(|(_, share)| share.abs()).collect();
            prop_assert!(sizes.is_sorted_by(|nearer, farther| *nearer >= farther - 1e-12));
        }
        let familiarity = nearest.sum::<f64>() / asked.len() as f64;
        match vote.familiarity {
            Some(got) => prop_assert!((got - familiarity).abs() < 1e-6),
            None => prop_assert!(asked.is_empty() || documents.is_empty()),
        }
    }
}
