//! Named tensors: [`Weights`], read from and written to safetensors.

use std::collections::BTreeMap;
use std::path::Path;

use candle_core::{DType, Device, Tensor, Var};
use safetensors::SafeTensors;

use crate::{BertConfig, EncoderError, Family};

/// Tensors by name, in BERT's words (`encoder.layer.0.attention.self.query.weight`) whatever the family calls them.
///
/// All are `f32`. A tensor may be trainable: layers built from it then see every step of the optimiser, because a
/// variable and the tensors taken of it share one storage.
#[derive(Debug, Clone, Default)]
pub struct Weights {
    tensors: BTreeMap<String, Tensor>,
    trainable: BTreeMap<String, Var>,
}

impl Weights {
    /// Checks that a file holds the tensors that `config` asks for, in their shapes, without reading them.
    pub(crate) fn check(
        path: &Path,
        bytes: &[u8],
        config: &BertConfig,
    ) -> Result<(), EncoderError> {
        let file = deserialize(path, bytes)?;
        for (name, shape) in &expected(config) {
            let view = find(&file, config.family, name)?;
            if view.shape() != shape.as_slice() {
                return Err(EncoderError::Shape {
                    tensor: config.family.stored(name).into_owned(),
                    expected: shape.clone(),
                    got: view.shape().to_vec(),
                });
            }
            DType::try_from(view.dtype())?;
        }
        Ok(())
    }

    /// Reads the tensors that `config` asks for; others in the file (a pooler, a language-model head) are left out.
    ///
    /// The family's prefix (`bert.`) is accepted. Names and shapes are checked before any tensor is allocated.
    pub(crate) fn parse(
        path: &Path,
        bytes: &[u8],
        config: &BertConfig,
    ) -> Result<Self, EncoderError> {
        Self::check(path, bytes, config)?;
        let file = deserialize(path, bytes)?;
        let mut weights = Self::default();
        for (name, _) in expected(config) {
            let view = find(&file, config.family, &name)?;
            weights.insert(name, load(&view)?);
        }
        Ok(weights)
    }

    /// Reads every tensor of a file.
    pub(crate) fn parse_all(path: &Path, bytes: &[u8]) -> Result<Self, EncoderError> {
        let file = deserialize(path, bytes)?;
        let mut weights = Self::default();
        for (name, view) in file.tensors() {
            weights.insert(name, load(&view)?);
        }
        Ok(weights)
    }

    /// Adds or replaces a tensor.
    pub fn insert(&mut self, name: impl Into<String>, tensor: Tensor) {
        self.tensors.insert(name.into(), tensor);
    }

    /// The tensor of that name.
    ///
    /// # Errors
    ///
    /// [`EncoderError::MissingTensor`].
    pub fn get(&self, name: &str) -> Result<Tensor, EncoderError> {
        let var = self.trainable.get(name).map(|var| var.as_tensor().clone());
        var.or_else(|| self.tensors.get(name).cloned())
            .ok_or_else(|| EncoderError::MissingTensor {
                tensor: name.to_owned(),
            })
    }

    /// A copy in which the tensors that `choose` picks are variables of their own.
    ///
    /// # Errors
    ///
    /// [`EncoderError::Tensor`] if a copy can't be allocated.
    pub fn with_trainable(&self, choose: impl Fn(&str) -> bool) -> Result<Self, EncoderError> {
        let mut copy = Self::default();
        for (name, tensor) in &self.tensors {
            if choose(name) {
                copy.trainable
                    .insert(name.clone(), Var::from_tensor(&tensor.copy()?)?);
            } else {
                copy.tensors.insert(name.clone(), tensor.clone());
            }
        }
        Ok(copy)
    }

    /// The trainable tensors by name, in the order of their names.
    pub fn variables(&self) -> impl Iterator<Item = (&str, &Var)> {
        self.trainable
            .iter()
            .map(|(name, var)| (name.as_str(), var))
    }

    /// A copy of all tensors as they are now, none of them trainable, cut off from any graph.
    ///
    /// # Errors
    ///
    /// [`EncoderError::Tensor`] if a copy can't be allocated.
    pub fn frozen(&self) -> Result<Self, EncoderError> {
        let mut copy = Self {
            tensors: self.tensors.clone(),
            trainable: BTreeMap::new(),
        };
        for (name, var) in &self.trainable {
            copy.insert(name.clone(), var.as_detached_tensor().copy()?);
        }
        Ok(copy)
    }

    /// The tensors on a device, none of them trainable; those that are there already are the same.
    ///
    /// # Errors
    ///
    /// [`EncoderError::Tensor`] if the device has no room.
    pub fn on(&self, device: &Device) -> Result<Self, EncoderError> {
        let mut copy = Self::default();
        for (name, tensor) in &self.tensors {
            copy.insert(name, tensor.to_device(device)?);
        }
        for (name, var) in &self.trainable {
            copy.insert(name, var.as_detached_tensor().to_device(device)?);
        }
        Ok(copy)
    }

    /// The file `model.safetensors` in a family's words, tensors in the order of their names, so that equal weights give
    /// equal bytes.
    pub(crate) fn to_safetensors(
        &self,
        path: &Path,
        family: Family,
    ) -> Result<Vec<u8>, EncoderError> {
        let frozen = self.frozen()?;
        let named = frozen.tensors.iter();
        let stored: BTreeMap<_, _> = named
            .map(|(name, tensor)| (family.stored(name), tensor))
            .collect();
        let metadata = Some([("format".to_owned(), "pt".to_owned())].into());
        safetensors::serialize(stored, metadata).map_err(|source| EncoderError::Weights {
            path: path.to_owned(),
            source,
        })
    }
}

fn deserialize<'a>(path: &Path, bytes: &'a [u8]) -> Result<SafeTensors<'a>, EncoderError> {
    SafeTensors::deserialize(bytes).map_err(|source| EncoderError::Weights {
        path: path.to_owned(),
        source,
    })
}

/// Every tensor of an encoder without pooler, with its shape.
pub(crate) fn expected(config: &BertConfig) -> Vec<(String, Vec<usize>)> {
    let BertConfig {
        hidden,
        intermediate,
        ..
    } = *config;
    let mut all = vec![
        (
            "embeddings.word_embeddings.weight".to_owned(),
            vec![config.vocabulary, hidden],
        ),
        (
            "embeddings.position_embeddings.weight".to_owned(),
            vec![config.first_position + config.positions, hidden],
        ),
        ("embeddings.LayerNorm.weight".to_owned(), vec![hidden]),
        ("embeddings.LayerNorm.bias".to_owned(), vec![hidden]),
    ];
    if config.family.has_segments() {
        let name = "embeddings.token_type_embeddings.weight".to_owned();
        all.push((name, vec![config.segments, hidden]));
    }
    let linears = [
        ("attention.self.query", hidden, hidden),
        ("attention.self.key", hidden, hidden),
        ("attention.self.value", hidden, hidden),
        ("attention.output.dense", hidden, hidden),
        ("intermediate.dense", intermediate, hidden),
        ("output.dense", hidden, intermediate),
    ];
    for layer in 0..config.layers {
        for (name, out, input) in linears {
            all.push((
                format!("encoder.layer.{layer}.{name}.weight"),
                vec![out, input],
            ));
            all.push((format!("encoder.layer.{layer}.{name}.bias"), vec![out]));
        }
        for norm in ["attention.output.LayerNorm", "output.LayerNorm"] {
            all.push((format!("encoder.layer.{layer}.{norm}.weight"), vec![hidden]));
            all.push((format!("encoder.layer.{layer}.{norm}.bias"), vec![hidden]));
        }
    }
    all
}

pub(crate) fn find<'a>(
    file: &'a SafeTensors<'_>,
    family: Family,
    name: &str,
) -> Result<safetensors::tensor::TensorView<'a>, EncoderError> {
    let stored = family.stored(name);
    file.tensor(&stored)
        .or_else(|_| file.tensor(&format!("{}{stored}", family.prefix())))
        .map_err(|_| EncoderError::MissingTensor {
            tensor: stored.into_owned(),
        })
}

pub(crate) fn load(view: &safetensors::tensor::TensorView<'_>) -> Result<Tensor, EncoderError> {
    let dtype = DType::try_from(view.dtype())?;
    Ok(
        Tensor::from_raw_buffer(view.data(), dtype, view.shape(), &Device::Cpu)?
            .to_dtype(DType::F32)?,
    )
}
