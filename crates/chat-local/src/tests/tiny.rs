//! A GGUF file of a llama that was never taught: one layer, bytes for tokens.

use std::collections::BTreeMap;

use candle_core::quantized::gguf_file::{self, Value};
use candle_core::quantized::{GgmlDType, QTensor};
use candle_core::{Device, Tensor};
use tempfile::NamedTempFile;
use tokenizers::pre_tokenizers::byte_level::ByteLevel;

/// As `SmolLM2` has it, less its words about itself.
pub(super) const TEMPLATE: &str = "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";
const CONTROLS: [&str; 3] = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"];
const WIDTH: usize = 32;
const WINDOW: u32 = 512;

/// What a file says, before it is written.
pub(super) struct Tiny(BTreeMap<&'static str, Value>);

impl Tiny {
    pub(super) fn new() -> Self {
        let text = |it: &str| Value::String(it.to_owned());
        let mut letters: Vec<String> = ByteLevel::alphabet().iter().map(char::to_string).collect();
        letters.sort();
        let tokens = CONTROLS.iter().map(|it| (*it).to_owned()).chain(letters);
        let tokens: Vec<Value> = tokens.chain(["th".to_owned()]).map(Value::String).collect();
        let kind = |place| Value::I32(if place < CONTROLS.len() { 3 } else { 1 });
        let kinds = (0..tokens.len()).map(kind).collect();
        Self(BTreeMap::from([
            ("general.architecture", text("llama")),
            ("llama.attention.head_count", Value::U32(2)),
            ("llama.attention.head_count_kv", Value::U32(1)),
            ("llama.attention.layer_norm_rms_epsilon", Value::F32(1e-5)),
            ("llama.block_count", Value::U32(1)),
            ("llama.context_length", Value::U32(WINDOW)),
            ("llama.embedding_length", Value::U32(32)),
            ("llama.rope.dimension_count", Value::U32(16)),
            ("tokenizer.chat_template", text(TEMPLATE)),
            ("tokenizer.ggml.bos_token_id", Value::U32(1)),
            ("tokenizer.ggml.eos_token_id", Value::U32(2)),
            ("tokenizer.ggml.merges", Value::Array(vec![text("t h")])),
            ("tokenizer.ggml.model", text("gpt2")),
            ("tokenizer.ggml.pre", text("smollm")),
            ("tokenizer.ggml.token_type", Value::Array(kinds)),
            ("tokenizer.ggml.tokens", Value::Array(tokens)),
        ]))
    }

    /// Says something else, or something more.
    pub(super) fn with(mut self, key: &'static str, value: Value) -> Self {
        self.0.insert(key, value);
        self
    }

    pub(super) fn with_text(self, key: &'static str, text: &str) -> Self {
        self.with(key, Value::String(text.to_owned()))
    }

    pub(super) fn without(mut self, key: &str) -> Self {
        self.0.remove(key);
        self
    }

    pub(super) fn written(&self) -> NamedTempFile {
        let mut file = tempfile::Builder::new()
            .prefix("tiny")
            .suffix(".gguf")
            .tempfile()
            .unwrap();
        let tensors = self.tensors();
        let tensors: Vec<_> = tensors.iter().map(|(name, it)| (*name, it)).collect();
        let metadata: Vec<_> = self.0.iter().map(|(key, it)| (*key, it)).collect();
        gguf_file::write(&mut file, &metadata, &tensors).unwrap();
        file
    }

    fn tensors(&self) -> Vec<(&'static str, QTensor)> {
        let words = self.0.get("tokenizer.ggml.tokens");
        let words = words.map_or(1, |it| it.to_vec().unwrap().len());
        let shapes: [(&str, &[usize]); 11] = [
            ("token_embd.weight", &[words, WIDTH]),
            ("output_norm.weight", &[WIDTH]),
            ("blk.0.attn_norm.weight", &[WIDTH]),
            ("blk.0.ffn_norm.weight", &[WIDTH]),
            ("blk.0.attn_q.weight", &[WIDTH, WIDTH]),
            ("blk.0.attn_k.weight", &[WIDTH / 2, WIDTH]),
            ("blk.0.attn_v.weight", &[WIDTH / 2, WIDTH]),
            ("blk.0.attn_output.weight", &[WIDTH, WIDTH]),
            ("blk.0.ffn_gate.weight", &[2 * WIDTH, WIDTH]),
            ("blk.0.ffn_up.weight", &[2 * WIDTH, WIDTH]),
            ("blk.0.ffn_down.weight", &[WIDTH, 2 * WIDTH]),
        ];
        shapes
            .iter()
            .map(|(name, shape)| (*name, numbers(shape)))
            .collect()
    }
}

/// Numbers in [-0.5, 0.5) that look drawn, and are the same every time.
fn numbers(shape: &[usize]) -> QTensor {
    let count: usize = shape.iter().product();
    let drawn = (0..count).scan(u32::try_from(count).unwrap(), |state, _| {
        *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Some((*state >> 8) as f32 / (1 << 24) as f32 - 0.5)
    });
    let numbers = Tensor::from_vec(drawn.collect::<Vec<f32>>(), shape, &Device::Cpu).unwrap();
    QTensor::quantize(&numbers, GgmlDType::F32).unwrap()
}
