//! Small calls for tests: what the buyer says decides the outcome, most of the time.

use std::path::Path;
use std::sync::Arc;

use upturn_core::{
    Conversation, ConversationId, Fingerprint, Metadata, Outcome, Speaker, Turn, VectorStore,
    VectorStoreError,
};
use upturn_encoder::{Encoder, EncoderOptions};
use upturn_predict::PredictorConfig;
use upturn_vectorstore_memory::MemoryStore;

use crate::{CachedMoments, Silent, TrainedModel, Trainer, TrainingConfig, TrainingError};

pub(crate) fn tiny_encoder() -> Encoder {
    let folder = Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../encoder/tests/fixtures/tiny-bert"
    ));
    Encoder::open(
        folder,
        &EncoderOptions {
            moment_tokens: Some(32),
            ..EncoderOptions::default()
        },
    )
    .unwrap()
}

pub(crate) fn cached() -> CachedMoments<Encoder> {
    CachedMoments::new(tiny_encoder())
}

/// `count` calls of `count / 2` accounts, every other one won.
pub(crate) fn calls(count: usize) -> Vec<Conversation> {
    (0..count).map(call).collect()
}

fn call(at: usize) -> Conversation {
    let won = at.is_multiple_of(2);
    let said = if (won && !at.is_multiple_of(10)) || at % 10 == 5 {
        "yes, send the contract, we sign"
    } else {
        "no, the price is too high for us"
    };
    let turns = vec![
        Turn::new(
            Speaker::Seller,
            format!("hello, what do you need this week? number {}", at % 7),
        ),
        Turn::new(
            Speaker::Buyer,
            format!("we are {} people and look at a demo", at % 5 + 2),
        ),
        Turn::new(Speaker::Seller, "how does the offer look to you?"),
        Turn::new(Speaker::Buyer, said),
    ];
    let account = Some(format!("account {}", at / 4));
    Conversation::new(ConversationId::new(format!("call-{at}")).unwrap(), turns)
        .unwrap()
        .with_outcome(Some(if won { Outcome::Won } else { Outcome::Lost }))
        .with_metadata(Metadata {
            account,
            ..Metadata::default()
        })
}

/// What is learnt of calls with the tiny encoder, unwatched and without checkpoints.
pub(crate) fn fit(
    calls: &[Conversation],
    config: &TrainingConfig,
) -> Result<TrainedModel, TrainingError> {
    let trainer = Trainer {
        config,
        encoder: &cached(),
        stores: &memory,
        monitor: &Silent,
        checkpoints: None,
    };
    trainer.fit(&calls.iter().collect::<Vec<_>>())
}

pub(crate) fn quick() -> TrainingConfig {
    let predictor = PredictorConfig {
        head_c: 0.1,
        ..PredictorConfig::default()
    };
    TrainingConfig {
        epochs: 2,
        trainable_layers: 1,
        learning_rate: 1e-3,
        sampler: crate::sampler::SamplerConfig::Shuffled(crate::sampler::Shuffled {
            calls: 8,
            ..Default::default()
        }),
        folds: 3,
        tuned_folds: 1,
        least_unseen: 0,
        predictor,
        ..TrainingConfig::default()
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the form of a factory of stores")]
pub(crate) fn memory(
    dimension: usize,
    fingerprint: &Fingerprint,
) -> Result<Arc<dyn VectorStore>, VectorStoreError> {
    Ok(Arc::new(MemoryStore::new(dimension, fingerprint.clone())))
}
