//! Prompts by name: [`Prompts`].

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use super::shipped::SHIPPED;
use super::{PromptError, PromptTemplate};

/// How the name of a prompt's file ends.
const ENDING: &str = ".prompt.md";

/// Prompts by name: **the user's folder → the shipped ones**.
#[derive(Debug, Clone)]
pub struct Prompts {
    texts: BTreeMap<Cow<'static, str>, Text>,
}

/// A prompt's file.
#[derive(Clone)]
struct Text(Cow<'static, str>);

impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

impl Prompts {
    /// The prompts that come with the program.
    pub fn shipped() -> Self {
        let texts = SHIPPED.iter();
        let texts = texts.map(|&(name, text)| (Cow::Borrowed(name), Text(Cow::Borrowed(text))));
        Self {
            texts: texts.collect(),
        }
    }

    /// The prompts of a folder, its files `NAME.prompt.md`, and the shipped ones that it does not replace. All of its prompts are
    /// read at once, so that a mistake is told before the first call.
    ///
    /// # Errors
    ///
    /// Every [`PromptError`] of reading, and [`PromptError::OtherInputs`] where a prompt could not take the shipped one's place.
    pub fn with_folder(path: impl AsRef<Path>) -> Result<Self, PromptError> {
        let unreadable = |source| PromptError::Unreadable { source };
        let mut prompts = Self::shipped();
        for entry in fs_err::read_dir(path.as_ref()).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let file = entry.file_name();
            let Some(name) = file.to_str().and_then(|file| file.strip_suffix(ENDING)) else {
                continue;
            };
            let text = fs_err::read_to_string(entry.path()).map_err(unreadable)?;
            prompts.replace(name, text, &entry.path())?;
        }
        Ok(prompts)
    }

    /// The prompt of this name.
    ///
    /// # Errors
    ///
    /// [`PromptError::Unknown`], whose hint lists what there is.
    pub fn get(&self, name: &str) -> Result<PromptTemplate, PromptError> {
        let Some(Text(text)) = self.texts.get(name) else {
            return Err(PromptError::Unknown {
                name: name.to_owned(),
                known: self.names().map(str::to_owned).collect(),
            });
        };
        PromptTemplate::parse(name, text)
    }

    /// The names of all prompts, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().map(AsRef::as_ref)
    }

    fn replace(&mut self, name: &str, text: String, path: &Path) -> Result<(), PromptError> {
        let prompt = PromptTemplate::parse(name, &text)?;
        if prompt.name() != name {
            return Err(PromptError::Misnamed {
                path: path.to_owned(),
                name: prompt.name().to_owned(),
            });
        }
        if let Some(Text(shipped)) = self.texts.get(name) {
            same_inputs(&prompt, &PromptTemplate::parse(name, shipped)?)?;
        }
        let name = Cow::Owned(name.to_owned());
        self.texts.insert(name, Text(Cow::Owned(text)));
        Ok(())
    }
}

impl Default for Prompts {
    fn default() -> Self {
        Self::shipped()
    }
}

/// The program gives what the shipped prompt takes, so another that takes something else could never be rendered.
fn same_inputs(prompt: &PromptTemplate, shipped: &PromptTemplate) -> Result<(), PromptError> {
    let sorted = |prompt: &PromptTemplate| {
        let mut inputs = prompt.inputs().to_vec();
        inputs.sort();
        inputs
    };
    let (inputs, shipped) = (sorted(prompt), sorted(shipped));
    if inputs == shipped {
        Ok(())
    } else {
        Err(PromptError::OtherInputs {
            name: prompt.name().to_owned(),
            inputs,
            shipped,
        })
    }
}
