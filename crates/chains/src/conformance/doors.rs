//! What doors to foreign frameworks are tested with: [`check_tool`], [`tool`] and [`PanickingEmbeddings`].
//!
//! The suite of questions is `upturn_core::conformance::doors`.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use upturn_core::conformance::HashedWords;
use upturn_core::{Embedding, Embeddings, EmbeddingsError, Fingerprint};

use crate::{Described, Tool, ToolError, TypedTool};

/// The `conversation` for which [`tool`] panics.
pub const PANICS: &str = "panic";

/// Texts that a careless door trims, escapes, renders, parses or obeys.
const CONVERSATIONS: [&str; 9] = [
    "call 7",
    "",
    " \n\ttrailing ",
    "\"quoted\" 'quoted' `quoted`",
    "{{ text }} {% if x %}y{% endif %} {input}",
    "{\"input\": \"call 8\"}",
    "key: value\n- a: [1]\n---\n~",
    "Grüße ½ 👩‍💻 \u{0}",
    "1e3",
];

/// The arguments of [`tool`].
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// Which call.
    conversation: String,
    /// How many similar calls, 0 by default.
    #[serde(default)]
    similar: u8,
}

/// The answer of [`tool`].
#[derive(Debug, Serialize, JsonSchema)]
struct Told {
    /// The chance that it is won.
    probability: f64,
    /// Which call.
    conversation: String,
    /// Nothing is known of it.
    outcome: Option<bool>,
    /// Numbers up to the greatest there is.
    similar: Vec<Similar>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Similar {
    number: u64,
    score: f32,
}

#[derive(Debug)]
struct Chance;

impl TypedTool for Chance {
    const NAME: &'static str = "chance";
    const DESCRIPTION: &'static str = "The chance that a call is won.";
    type Input = Asked;
    type Output = Told;

    fn run(&self, input: Asked) -> BoxFuture<'_, Result<Told, ToolError>> {
        assert!(input.conversation != PANICS, "{}", input.conversation);
        let similar = (0..u64::from(input.similar)).map(|place| Similar {
            number: u64::MAX - place,
            score: 1.0 / (place as f32 + 3.0),
        });
        let told = Told {
            probability: 0.1 + 0.2,
            conversation: input.conversation,
            outcome: None,
            similar: similar.collect(),
        };
        Box::pin(async move { Ok(told) })
    }
}

/// A tool as upturn's are: typed, with numbers and texts that a careless door changes.
pub fn tool() -> Arc<dyn Tool> {
    Arc::new(Described::new(Chance))
}

/// Calls [`tool`] through a door and directly; panics where the answers differ.
pub async fn check_tool(ask: impl AsyncFn(Value) -> Value) {
    let tool = tool();
    for (similar, conversation) in CONVERSATIONS.into_iter().enumerate() {
        let arguments = json!({ "conversation": conversation, "similar": similar });
        let expected = tool.call(arguments.clone()).await.unwrap();
        let given = ask(arguments).await;
        assert_eq!(given, expected, "tool: the door changes answer {similar}");
    }
}

/// An encoder that panics with the text it is given.
#[derive(Debug, Default)]
pub struct PanickingEmbeddings(HashedWords);

impl Embeddings for PanickingEmbeddings {
    fn dimension(&self) -> usize {
        self.0.dimension()
    }

    fn fingerprint(&self) -> &Fingerprint {
        self.0.fingerprint()
    }

    fn embed_documents(&self, texts: &[&str]) -> Result<Vec<Embedding>, EmbeddingsError> {
        panic!("{texts:?}")
    }
}
