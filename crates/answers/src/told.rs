//! What was computed or found in sentences: [`Told`].

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_coaching::{Citation, CitedSentence, Explanation};

use crate::narrator::Material;
use crate::{Narrator, Retold};

/// What was computed or found in sentences, ours and those of a language model.
///
/// Law: every citation of a sentence, ours or kept, exists in `evidence`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Told {
    /// Ours, most important first.
    pub sentences: Vec<CitedSentence>,
    /// What they cite, and nothing else.
    pub evidence: Vec<Citation>,
    /// The same in the words of a language model.
    pub retold: Retold,
}

impl Told {
    /// What to show: the model's sentences where any were kept, else ours.
    pub fn sentences(&self) -> Vec<&CitedSentence> {
        let kept = self.retold.kept();
        let shown = if kept.is_empty() {
            &self.sentences
        } else {
            kept
        };
        shown.iter().collect()
    }

    /// Told by a model, of an explanation that was narrowed down to what the sentences say.
    pub(crate) async fn by(
        narrator: &Narrator,
        prompt: &'static str,
        sentences: Vec<CitedSentence>,
        narrowed: Explanation,
    ) -> Self {
        let material = Material::of_sentences(prompt, sentences.iter().collect());
        let retold = narrator.retold(&material, &narrowed).await;
        drop(material);
        Self {
            evidence: narrowed.evidence,
            sentences,
            retold,
        }
    }
}

/// Without the evidence that only sentences cite which are not there any more.
pub(crate) fn only_cited(mut explanation: Explanation) -> Explanation {
    let cited: BTreeSet<_> = explanation
        .sentences()
        .flat_map(|it| it.evidence.iter().copied())
        .collect();
    explanation.evidence.retain(|it| cited.contains(&it.id));
    explanation
}
