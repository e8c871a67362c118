//! From a text to what stands in it: [`read`].

use std::collections::BTreeSet;
use std::ops::Range;

use serde::de::DeserializeOwned;
use toml::Spanned;

use super::{FileError, FileFault, WrittenFault};

/// A fault and where it stands in the text, in bytes.
pub(crate) type Faulty<F> = (Range<usize>, F);

/// Reads the form `T` of a text and gives what it means.
///
/// # Errors
///
/// [`FileError`] at the place that the parser or `mean` names.
pub(crate) fn read<T: DeserializeOwned, M, F: FileFault>(
    text: &str,
    mean: impl FnOnce(T) -> Result<M, Faulty<F>>,
) -> Result<M, FileError<F>> {
    let form = toml::from_str(text).map_err(|error| {
        let what = error.message().lines().collect::<Vec<_>>().join(", ");
        (
            error.span().unwrap_or(0..0),
            WrittenFault::Form { what }.into(),
        )
    });
    form.and_then(mean)
        .map_err(|(span, fault)| placed(text, &span, fault))
}

/// A text that is not blank.
pub(crate) fn filled<F: FileFault>(
    text: Spanned<String>,
    key: &'static str,
) -> Result<String, Faulty<F>> {
    let span = text.span();
    let text = text.into_inner();
    if text.trim().is_empty() {
        Err((span, WrittenFault::Empty { key }.into()))
    } else {
        Ok(text)
    }
}

/// Names that stand for one thing each.
#[derive(Debug)]
pub(crate) struct Names {
    each: &'static str,
    taken: BTreeSet<String>,
}

impl Names {
    /// No name yet; `each` says what bears them.
    pub(crate) const fn of(each: &'static str) -> Self {
        let taken = BTreeSet::new();
        Self { each, taken }
    }

    /// Takes a name that is not blank and that nothing has yet.
    pub(crate) fn take<F: FileFault>(
        &mut self,
        name: Spanned<String>,
    ) -> Result<String, Faulty<F>> {
        let span = name.span();
        let name = filled(name, "name")?;
        if self.taken.insert(name.clone()) {
            Ok(name)
        } else {
            Err((span, WrittenFault::Twice { each: self.each }.into()))
        }
    }
}

/// Line and column of a fault, both from 1, the column in characters.
fn placed<F: FileFault>(text: &str, span: &Range<usize>, fault: F) -> FileError<F> {
    let before = text.get(..span.start).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or_default();
    FileError {
        line: before.matches('\n').count() + 1,
        column: line.chars().count() + 1,
        fault,
    }
}
