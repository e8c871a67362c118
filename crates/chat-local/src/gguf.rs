//! A GGUF file, opened: [`Gguf`]. The only file that knows candle's reader.

use std::io::{BufReader, Cursor, Read, Seek};
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};

use candle_core::Device;
use candle_core::quantized::gguf_file::{self, Content, Value};
use candle_core::quantized::{GgmlDType, QTensor};
use candle_transformers::models::quantized_llama::ModelWeights;
use upturn_chains::Panicked;

use crate::LocalError;

/// The first bytes of every GGUF file.
const MAGIC: [u8; 4] = *b"GGUF";
/// What the file is a model of.
const FAMILY: &str = "general.architecture";

/// A file whose metadata was read, and no weights yet.
pub(crate) struct Gguf {
    path: PathBuf,
    reader: BufReader<fs_err::File>,
    content: Content,
}

impl Gguf {
    /// Opens a model of the llama family.
    pub(crate) fn open(path: &Path) -> Result<Self, LocalError> {
        let file = fs_err::File::open(path).map_err(LocalError::Open)?;
        let mut reader = BufReader::new(file);
        let mut magic = [0; MAGIC.len()];
        let is_gguf = reader.read_exact(&mut magic).is_ok() && magic == MAGIC;
        if !is_gguf {
            let path = path.to_owned();
            return Err(LocalError::NotGguf { path });
        }
        reader.rewind().map_err(LocalError::Open)?;
        let content = guarded(path, || Content::read(&mut reader))?;
        let opened = Self {
            path: path.to_owned(),
            reader,
            content,
        };
        opened.of_the_family()
    }

    fn of_the_family(self) -> Result<Self, LocalError> {
        match self.text(FAMILY)? {
            "llama" => Ok(self),
            other => Err(LocalError::Family {
                path: self.path.clone(),
                got: other.to_owned(),
            }),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// All weights, on the CPU.
    pub(crate) fn weights(self) -> Result<ModelWeights, LocalError> {
        let Self {
            path,
            mut reader,
            content,
        } = self;
        guarded(&path, || {
            if !content
                .tensor_infos
                .values()
                .any(|it| is_narrow(it.ggml_dtype))
            {
                return ModelWeights::from_gguf(content, &mut reader, &Device::Cpu);
            }
            let mut file = widened(&content, &mut reader)?;
            let content = Content::read(&mut file)?;
            ModelWeights::from_gguf(content, &mut file, &Device::Cpu)
        })
    }

    pub(crate) fn text(&self, key: &'static str) -> Result<&str, LocalError> {
        match self.content.metadata.get(key) {
            Some(Value::String(text)) => Ok(text),
            _ => Err(self.missing(key)),
        }
    }

    pub(crate) fn texts(&self, key: &'static str) -> Result<Vec<&str>, LocalError> {
        let texts = self.list(key)?.iter().map(|value| {
            let Value::String(text) = value else {
                return None;
            };
            Some(text.as_str())
        });
        texts
            .collect::<Option<_>>()
            .ok_or_else(|| self.missing(key))
    }

    pub(crate) fn numbers(&self, key: &'static str) -> Result<Vec<u64>, LocalError> {
        let numbers = self.list(key)?.iter().map(whole);
        numbers
            .collect::<Option<_>>()
            .ok_or_else(|| self.missing(key))
    }

    pub(crate) fn number(&self, key: &'static str) -> Result<u64, LocalError> {
        let number = self.content.metadata.get(key).and_then(whole);
        number.ok_or_else(|| self.missing(key))
    }

    /// No where it is not told.
    pub(crate) fn flag(&self, key: &str) -> bool {
        matches!(self.content.metadata.get(key), Some(Value::Bool(true)))
    }

    fn list(&self, key: &'static str) -> Result<&[Value], LocalError> {
        match self.content.metadata.get(key) {
            Some(Value::Array(values)) => Ok(values),
            _ => Err(self.missing(key)),
        }
    }

    pub(crate) fn missing(&self, key: &'static str) -> LocalError {
        let path = self.path.clone();
        LocalError::Missing { path, key }
    }
}

/// Weights that candle 0.11.1 keeps narrow and multiplies by activations rounded to 8 bits. To what the capital of France is,
/// SmolLM2-135M then says "L'Étoile, la Marseillaise" (in `Q4_1`) or "L'Étoile, la France" (the same weights in `Q8_0`); widened, it says
/// Paris (2026-11-27). Whether the rounding or a kernel is to blame was not looked into.
const fn is_narrow(kind: GgmlDType) -> bool {
    !matches!(kind, GgmlDType::F32 | GgmlDType::F16 | GgmlDType::BF16)
}

/// The same file in memory, with such weights in 32 bits.
fn widened<R: Read + Seek>(
    content: &Content,
    reader: &mut R,
) -> candle_core::Result<Cursor<Vec<u8>>> {
    let mut tensors = Vec::new();
    for (name, it) in &content.tensor_infos {
        let read = content.tensor(reader, name, &Device::Cpu)?;
        let wide = if is_narrow(it.ggml_dtype) {
            QTensor::quantize(&read.dequantize(&Device::Cpu)?, GgmlDType::F32)?
        } else {
            read
        };
        tensors.push((name.as_str(), wide));
    }
    let tensors: Vec<_> = tensors.iter().map(|(name, it)| (*name, it)).collect();
    // What is written is aligned as is usual.
    let metadata = content
        .metadata
        .iter()
        .filter(|(key, _)| *key != "general.alignment");
    let metadata: Vec<_> = metadata.map(|(key, it)| (key.as_str(), it)).collect();
    let mut file = Cursor::new(Vec::new());
    gguf_file::write(&mut file, &metadata, &tensors)?;
    file.set_position(0);
    Ok(file)
}

/// Whole and not negative, however wide.
fn whole(value: &Value) -> Option<u64> {
    match value {
        Value::I8(it) => u64::try_from(*it).ok(),
        Value::I16(it) => u64::try_from(*it).ok(),
        Value::I32(it) => u64::try_from(*it).ok(),
        Value::I64(it) => u64::try_from(*it).ok(),
        Value::U8(it) => Some((*it).into()),
        Value::U16(it) => Some((*it).into()),
        Value::U32(it) => Some((*it).into()),
        Value::U64(it) => Some(*it),
        Value::F32(_) | Value::F64(_) | Value::Bool(_) | Value::String(_) | Value::Array(_) => None,
    }
}

/// candle divides by numbers of the file (alignment, heads): a zero there is an error like others.
fn guarded<T>(path: &Path, read: impl FnOnce() -> candle_core::Result<T>) -> Result<T, LocalError> {
    let path = path.to_owned();
    match std::panic::catch_unwind(AssertUnwindSafe(read)) {
        Ok(Ok(read)) => Ok(read),
        Ok(Err(error)) => Err(LocalError::Unreadable {
            path,
            source: Box::new(error),
        }),
        Err(_) => Err(LocalError::Unreadable {
            path,
            source: Box::new(Panicked),
        }),
    }
}
