//! A prompt that takes inputs: [`PromptTemplate`].

use std::collections::BTreeSet;
use std::fmt;
use std::marker::PhantomData;

use futures_util::future::BoxFuture;
use serde::Serialize;

use super::PromptError;
use super::engine::{Engine, Given};
use super::front_matter::{FrontMatter, Judged, parted};
use crate::{ChainError, Run, Runnable};

/// A prompt that takes inputs.
///
/// # Laws
///
/// - **Whole.** It renders if and only if exactly its inputs are given and none of what it uses is undefined.
/// - **Repeatable.** Equal inputs give equal texts.
#[derive(Clone)]
pub struct PromptTemplate {
    front_matter: FrontMatter,
    engine: Engine,
    lines_before: usize,
}

impl PromptTemplate {
    /// Reads a prompt. `name` is what errors call it until its front matter is read.
    ///
    /// ```
    /// use upturn_chains::PromptTemplate;
    ///
    /// let text = "+++\nname = \"greeting\"\nversion = 1\ninputs = [\"who\"]\n+++\nHello {{ who }}.";
    /// let greeting = PromptTemplate::parse("greeting", text)?;
    /// let inputs = std::collections::BTreeMap::from([("who", "Ann")]);
    /// assert_eq!(greeting.render(&inputs)?, "Hello Ann.");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`PromptError::FrontMatter`], [`PromptError::Template`] and [`PromptError::Undeclared`].
    pub fn parse(name: &str, text: &str) -> Result<Self, PromptError> {
        let (front_matter, template, lines_before) = parted(name, text)?;
        let engine =
            Engine::new(template.trim_end()).map_err(|(line, reason)| PromptError::Template {
                name: front_matter.name.clone(),
                line: lines_before + line,
                reason,
            })?;
        let prompt = Self {
            front_matter,
            engine,
            lines_before,
        };
        let undeclared = less(&prompt.engine.names(), &prompt.declared());
        if undeclared.is_empty() {
            Ok(prompt)
        } else {
            let name = prompt.front_matter.name;
            Err(PromptError::Undeclared { name, undeclared })
        }
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.front_matter.name
    }

    /// Grows with every change of what is rendered; results tell it.
    pub const fn version(&self) -> u32 {
        self.front_matter.version
    }

    /// What it takes, all of it required.
    pub fn inputs(&self) -> &[String] {
        &self.front_matter.inputs
    }

    /// The models it was judged on, and how they did; none by default.
    pub fn judged_on(&self) -> &[Judged] {
        &self.front_matter.judged_on
    }

    /// Renders. `inputs` is a struct or a map.
    ///
    /// # Errors
    ///
    /// [`PromptError::Missing`], [`PromptError::Unexpected`], [`PromptError::NotNamed`] and [`PromptError::Template`].
    pub fn render(&self, inputs: &impl Serialize) -> Result<String, PromptError> {
        let given = Given::new(inputs);
        let name = || self.front_matter.name.clone();
        let names = given
            .names()
            .map_err(|got| PromptError::NotNamed { name: name(), got })?;
        let missing = less(&self.declared(), &names);
        if !missing.is_empty() {
            let name = name();
            return Err(PromptError::Missing { name, missing });
        }
        let unexpected = less(&names, &self.declared());
        if !unexpected.is_empty() {
            let name = name();
            return Err(PromptError::Unexpected { name, unexpected });
        }
        let rendered = self.engine.render(&given);
        rendered.map_err(|(line, reason)| PromptError::Template {
            name: name(),
            line: self.lines_before + line,
            reason,
        })
    }

    /// The same as a step whose inputs have a type, so that others can follow it.
    ///
    /// ```
    /// use std::collections::BTreeMap;
    /// use upturn_chains::{PromptTemplate, Run, Runnable, RunnableExt};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let text = "+++\nname = \"greeting\"\nversion = 1\ninputs = [\"who\"]\n+++\nHello {{ who }}.";
    /// let greeting = PromptTemplate::parse("greeting", text)?.taking::<BTreeMap<&str, &str>>();
    /// let length = greeting.map(|prompt| prompt.len());
    /// assert_eq!(length.invoke(BTreeMap::from([("who", "Ann")]), &Run::new()).await?, 10);
    /// # Ok(())
    /// # }
    /// ```
    pub const fn taking<Inputs: Serialize + Send + 'static>(self) -> PromptStep<Inputs> {
        PromptStep {
            prompt: self,
            inputs: PhantomData,
        }
    }

    fn declared(&self) -> BTreeSet<String> {
        self.front_matter.inputs.iter().cloned().collect()
    }
}

/// What the one has and the other has not, in order.
fn less(one: &BTreeSet<String>, other: &BTreeSet<String>) -> Vec<String> {
    one.difference(other).cloned().collect()
}

impl fmt::Debug for PromptTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PromptTemplate")
            .field("name", &self.name())
            .field("version", &self.version())
            .field("inputs", &self.inputs())
            .finish_non_exhaustive()
    }
}

/// A prompt whose inputs have a type: a step from them to its text ([`PromptTemplate::taking`]).
pub struct PromptStep<Inputs> {
    prompt: PromptTemplate,
    inputs: PhantomData<fn(Inputs)>,
}

impl<Inputs> fmt::Debug for PromptStep<Inputs> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PromptStep").field(&self.prompt).finish()
    }
}

impl<Inputs: Serialize + Send + 'static> Runnable<Inputs, String> for PromptStep<Inputs> {
    fn name(&self) -> &str {
        self.prompt.name()
    }

    fn invoke<'a>(
        &'a self,
        inputs: Inputs,
        run: &'a Run,
    ) -> BoxFuture<'a, Result<String, ChainError>> {
        let work = async move { Ok(self.prompt.render(&inputs)?) };
        Box::pin(run.step(self.prompt.name(), work))
    }
}
