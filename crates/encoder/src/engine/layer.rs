//! One layer: [`EngineLayer`].

use upturn_kernels::{Activation, Attention, Compute, Norm, attend, layer_norm};

use super::Precision;
use super::affine::Affine;
use super::source::Source;
use super::workspace::Workspace;
use crate::{Batch, BertConfig, EncoderError};

/// The parameters of one layer, packed.
#[derive(Debug)]
pub(super) struct EngineLayer {
    qkv: Affine,
    out: Affine,
    attention_norm: OwnedNorm,
    widen: Affine,
    narrow: Affine,
    norm: OwnedNorm,
    activation: Activation,
    heads: usize,
    hidden: usize,
}

impl EngineLayer {
    pub(super) fn new(
        source: &Source<'_>,
        number: usize,
        config: &BertConfig,
        precision: Precision,
    ) -> Result<Self, EncoderError> {
        let named = |part: &str| format!("encoder.layer.{number}.{part}");
        let affine = |parts: &[&str], input| -> Result<Affine, EncoderError> {
            let joined = |end: &str| {
                let tensors = parts.iter().map(|part| format!("{}.{end}", named(part)));
                source.joined(tensors)
            };
            let (weight, bias) = (joined("weight")?, joined("bias")?);
            Ok(Affine::new(&weight, bias.into_owned(), input, precision))
        };
        let norm = |part| OwnedNorm::new(source, &named(part), config);
        let qkv = [
            "attention.self.query",
            "attention.self.key",
            "attention.self.value",
        ];
        Ok(Self {
            qkv: affine(&qkv, config.hidden)?,
            out: affine(&["attention.output.dense"], config.hidden)?,
            attention_norm: norm("attention.output.LayerNorm")?,
            widen: affine(&["intermediate.dense"], config.hidden)?,
            narrow: affine(&["output.dense"], config.intermediate)?,
            norm: norm("output.LayerNorm")?,
            activation: config.activation,
            heads: config.heads,
            hidden: config.hidden,
        })
    }

    /// Runs on the hidden vectors in `space`, which become those of the next layer.
    pub(super) fn run(&self, compute: Compute, batch: &Batch, space: &mut Workspace) {
        let tokens = batch.tokens();
        let attention = Attention {
            bounds: batch.bounds(),
            heads: self.heads,
            hidden: self.hidden,
            dropout: None,
        };
        let parts = space.parts(tokens * self.qkv.out(), tokens * self.widen.out());
        let (hidden, sum, codes) = (parts.hidden, parts.sum, parts.codes);
        self.qkv.apply(compute, hidden, parts.qkv, None, codes);
        let (mixed, _) = parts.wide.split_at_mut(hidden.len());
        attend(compute, &attention, parts.qkv, mixed, None);
        self.out.apply(compute, mixed, sum, None, codes);
        let norm = self.attention_norm.norm();
        layer_norm(compute, norm, sum, Some(hidden), None, None);
        let (wide, _) = parts.wide.split_at_mut(tokens * self.widen.out());
        let activation = Some(self.activation);
        self.widen.apply(compute, sum, wide, activation, codes);
        self.narrow.apply(compute, wide, hidden, None, codes);
        layer_norm(compute, self.norm.norm(), hidden, Some(sum), None, None);
    }
}

/// The parameters of a normalisation.
#[derive(Debug)]
pub(super) struct OwnedNorm {
    weight: Vec<f32>,
    bias: Vec<f32>,
    epsilon: f32,
}

impl OwnedNorm {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an epsilon of 1e-12 is a normal f32"
    )]
    pub(super) fn new(
        source: &Source<'_>,
        name: &str,
        config: &BertConfig,
    ) -> Result<Self, EncoderError> {
        Ok(Self {
            weight: source.numbers(&format!("{name}.weight"))?.into_owned(),
            bias: source.numbers(&format!("{name}.bias"))?.into_owned(),
            epsilon: config.layer_norm_eps as f32,
        })
    }

    pub(super) fn norm(&self) -> Norm<'_> {
        Norm {
            weight: &self.weight,
            bias: &self.bias,
            epsilon: self.epsilon,
        }
    }
}
