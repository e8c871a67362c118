use std::sync::Arc;

use upturn_core::{
    ConversationId, DocumentKind, Filter, Fingerprint, MomentEncoder as _, Retriever,
};

use super::*;
use crate::Silent;
use crate::cuts::Cuts;
use crate::examples::{calls, memory, tiny_encoder};
use crate::trainer::Labelled;
use crate::voters::{StoreOnly, Voters};

/// A request of each moment of each call, for other calls and accounts only.
fn requests(
    calls: &[&EncodedCall<'_>],
    moments: &CachedMoments<Encoder>,
    limit: usize,
) -> Vec<RetrievalRequest> {
    let request = |call: &EncodedCall<'_>, embedding: Embedding| {
        let filter = Filter {
            kind: Some(DocumentKind::Moment),
            labelled: true,
            without_conversations: vec![call.conversation.id().clone()],
            without_accounts: vec![call.conversation.group().to_owned()],
            ..Filter::default()
        };
        RetrievalRequest::new(Query::Vector(embedding), limit).with_filter(filter)
    };
    let of_call = |call: &&EncodedCall<'_>| {
        let moments = call.moments(moments).unwrap().into_iter();
        let requests = moments.map(|moment| request(call, moment.embedding));
        requests.collect::<Vec<_>>()
    };
    calls.iter().flat_map(of_call).collect()
}

/// Who was found, with the score's bits.
fn answer(
    retriever: &dyn Retriever,
    request: &RetrievalRequest,
) -> Vec<(ConversationId, TurnRange, u32)> {
    let found = retriever.retrieve(request).unwrap().into_iter();
    found
        .map(|near| {
            let metadata = near.document.metadata;
            (metadata.conversation, metadata.turns, near.score.to_bits())
        })
        .collect()
}

#[test]
fn the_index_answers_what_an_exact_store_answers_to_the_bit() {
    // 1,100 moments: more than a block, and a last group that is not full. Many of them are equally near.
    let calls = calls(550);
    let labelled: Vec<Labelled<'_>> = calls
        .iter()
        .map(|call| (call, call.outcome().unwrap()))
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let moments = CachedMoments::within(MemoryBudget::new(0, folder.path()), tiny_encoder());
    let encoded = EncodedCall::of(&labelled, Cuts::new(&[1.0]), &moments, &Silent).unwrap();
    let encoded: Vec<&EncodedCall<'_>> = encoded.iter().collect();

    let store = memory(moments.dimension(), &Fingerprint::new("test")).unwrap();
    for call in &encoded {
        let of_call = call.moments(&moments).unwrap();
        store
            .upsert(&upturn_core::points(call.conversation, &of_call))
            .unwrap();
    }
    let exact = StoreOnly(Arc::clone(&store));
    let voters = Voters::of(&encoded, &moments, &memory).unwrap();
    assert!(voters.answers_many_at_once());

    let asked = requests(&encoded[..6], &moments, 10);
    let ready = voters.ready_for(&asked[1..]).unwrap();
    for request in &asked {
        // Within what was made ready, beyond it, and all there are.
        for limit in [0, 1, 10, 40, 41, 5_000] {
            let request = RetrievalRequest {
                limit,
                ..request.clone()
            };
            let found = answer(&*ready, &request);
            assert_eq!(found, answer(&exact, &request), "{limit}");
            assert!(limit < 5_000 || found.len() > GROUPS * LANES);
        }
    }
}

#[test]
fn what_asks_by_text_gets_no_answer() {
    let folder = tempfile::tempdir().unwrap();
    let moments = CachedMoments::within(MemoryBudget::new(0, folder.path()), tiny_encoder());
    let index = MomentIndex::of(&[], &moments).unwrap();
    let request = RetrievalRequest::new(Query::Text("price".to_owned()), 3);
    let answers = index.ready_for(std::slice::from_ref(&request)).unwrap();
    assert!(answers.retrieve(&request).is_err());
}
