//! Texts to tokens and back, as the file tells: [`Vocabulary`].

use tokenizers::decoders::byte_level::ByteLevel;
use tokenizers::models::bpe::{BPE, Vocab};
use tokenizers::pre_tokenizers::PreTokenizerWrapper;
use tokenizers::pre_tokenizers::digits::Digits;
use tokenizers::pre_tokenizers::sequence::Sequence;
use tokenizers::pre_tokenizers::split::{Split, SplitPattern};
use tokenizers::{AddedToken, SplitDelimiterBehavior, Tokenizer};

use crate::LocalError;
use crate::gguf::Gguf;

const KIND: &str = "tokenizer.ggml.model";
const APART: &str = "tokenizer.ggml.pre";
const TOKENS: &str = "tokenizer.ggml.tokens";
const KINDS: &str = "tokenizer.ggml.token_type";
const MERGES: &str = "tokenizer.ggml.merges";
const FIRST: &str = "tokenizer.ggml.bos_token_id";
const LAST: &str = "tokenizer.ggml.eos_token_id";
const ADDS_FIRST: &str = "tokenizer.ggml.add_bos_token";

/// How texts may be taken apart, as llama.cpp names it.
const KNOWN: [&str; 3] = ["gpt-2", "llama-bpe", "smollm"];
/// What llama.cpp calls a token that is no text (`LLAMA_TOKEN_TYPE_CONTROL`).
const CONTROL: u64 = 3;
/// Names of tokens that end an answer; a file tells one, templates use others.
const ENDS: [&str; 7] = [
    "<|im_end|>",
    "<|endoftext|>",
    "<|eot_id|>",
    "<|eom_id|>",
    "<|end_of_text|>",
    "<|end|>",
    "</s>",
];
/// Llama 3's `tokenizer.json`, as candle 0.11.1 has it (`quantized/tokenizer.rs:92`).
const LLAMA3: &str = r"(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

/// Byte-level BPE with the tokens and merges of a file.
pub(crate) struct Vocabulary {
    tokenizer: Tokenizer,
    /// Texts of tokens that are no text.
    controls: Vec<String>,
    ends: Vec<u32>,
    first: Option<String>,
    last: String,
    adds_first: bool,
}

impl Vocabulary {
    pub(crate) fn new(file: &Gguf) -> Result<Self, LocalError> {
        let tokens = file.texts(TOKENS)?;
        let controls = controls(file, &tokens)?;
        let mut tokenizer = Tokenizer::new(pairs(file, &tokens)?);
        tokenizer.with_pre_tokenizer(Some(apart(file)?));
        tokenizer.with_decoder(Some(ByteLevel::default()));
        let added = controls.iter().map(|it| AddedToken::from(it.clone(), true));
        tokenizer
            .add_special_tokens(added.collect::<Vec<_>>())
            .map_err(|source| unreadable(file, source))?;
        let named = |key| token(file, &tokens, key);
        let last = named(LAST)?;
        let known = ENDS
            .iter()
            .copied()
            .filter(|it| controls.iter().any(|one| one == it));
        let ends = known
            .chain([last.as_str()])
            .filter_map(|it| tokenizer.token_to_id(it));
        Ok(Self {
            ends: ends.collect(),
            first: named(FIRST).ok(),
            last,
            adds_first: file.flag(ADDS_FIRST),
            tokenizer,
            controls,
        })
    }

    /// The tokens of a rendered template; none if the tokenizer fails.
    pub(crate) fn encode(&self, text: &str) -> Option<Vec<u32>> {
        let encoding = self.tokenizer.encode_fast(self.begun(text), false).ok()?;
        Some(encoding.get_ids().to_vec())
    }

    /// With the first token where the file wants one and the template does not set it.
    fn begun(&self, text: &str) -> String {
        match &self.first {
            Some(first) if self.adds_first && !text.starts_with(first) => format!("{first}{text}"),
            _ => text.to_owned(),
        }
    }

    /// Text of tokens, without those that are no text. Bytes that are no UTF-8 are U+FFFD.
    pub(crate) fn decode(&self, tokens: &[u32]) -> String {
        self.tokenizer.decode(tokens, true).unwrap_or_default()
    }

    pub(crate) fn ends(&self, token: u32) -> bool {
        self.ends.contains(&token)
    }

    /// Text of the first token; empty where there is none.
    pub(crate) fn first(&self) -> &str {
        self.first.as_deref().unwrap_or_default()
    }

    /// Text of the last token.
    pub(crate) fn last(&self) -> &str {
        &self.last
    }

    /// What was said, so that none of it is read as a control token: a transcript with `<|im_end|>` in it would speak for the program.
    pub(crate) fn harmless(&self, said: &str) -> String {
        let found = self.controls.iter().filter(|it| said.contains(it.as_str()));
        found.fold(said.to_owned(), |said, control| {
            let mut letters = control.chars();
            let begin: String = letters.by_ref().take(1).collect();
            said.replace(control, &format!("{begin} {}", letters.as_str()))
        })
    }
}

fn controls(file: &Gguf, tokens: &[&str]) -> Result<Vec<String>, LocalError> {
    let kinds = file.numbers(KINDS)?;
    let controls = tokens
        .iter()
        .zip(kinds)
        .filter(|(text, kind)| *kind == CONTROL && !text.is_empty());
    Ok(controls.map(|(text, _)| (*text).to_owned()).collect())
}

fn token(file: &Gguf, tokens: &[&str], key: &'static str) -> Result<String, LocalError> {
    let place = usize::try_from(file.number(key)?).ok();
    let text = place.and_then(|it| tokens.get(it));
    text.map(|it| (*it).to_owned())
        .ok_or_else(|| file.missing(key))
}

fn pairs(file: &Gguf, tokens: &[&str]) -> Result<BPE, LocalError> {
    let ids = (0..).zip(tokens).map(|(id, text)| ((*text).to_owned(), id));
    let ids: Vocab = ids.collect();
    let merges = file.texts(MERGES)?;
    let merges = merges.iter().map(|it| it.split_once(' '));
    let merges = merges.map(|it| it.map(|(left, right)| (left.to_owned(), right.to_owned())));
    let merges: Option<Vec<_>> = merges.collect();
    let merges = merges.ok_or_else(|| file.missing(MERGES))?;
    let builder = BPE::builder().vocab_and_merges(ids, merges);
    // Llama 3 takes words that are tokens whole.
    let builder = builder.ignore_merges(file.text(APART).is_ok_and(|it| it == "llama-bpe"));
    builder.build().map_err(|source| unreadable(file, source))
}

/// Into words, before pairs are merged within them.
fn apart(file: &Gguf) -> Result<PreTokenizerWrapper, LocalError> {
    use tokenizers::pre_tokenizers::byte_level::ByteLevel;

    let kind = file.text(KIND)?;
    let apart = file.text(APART).unwrap_or("default");
    let steps: Vec<PreTokenizerWrapper> = match (kind, apart) {
        ("gpt2", "gpt-2") => vec![ByteLevel::new(false, true, true).into()],
        ("gpt2", "smollm") => vec![
            Digits::new(true).into(),
            ByteLevel::new(false, true, true).into(),
        ],
        ("gpt2", "llama-bpe") => {
            let pattern = SplitPattern::Regex(LLAMA3.to_owned());
            let split = Split::new(pattern, SplitDelimiterBehavior::Isolated, false);
            let split = split.map_err(|source| unreadable(file, source))?;
            vec![split.into(), ByteLevel::new(false, true, false).into()]
        }
        _ => {
            return Err(LocalError::Tokenizer {
                path: file.path().to_owned(),
                got: format!("{kind}/{apart}"),
                expected: &KNOWN,
            });
        }
    };
    Ok(Sequence::new(steps).into())
}

fn unreadable(file: &Gguf, source: tokenizers::Error) -> LocalError {
    let path = file.path().to_owned();
    LocalError::Unreadable { path, source }
}
