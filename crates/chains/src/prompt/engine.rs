//! The only file that knows the template engine.

use std::collections::BTreeSet;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, ValueKind};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value};
use serde::Serialize;

use super::{FENCE_RULE, fenced, inline};

/// The only template of an engine.
const ONLY: &str = "prompt";

/// A template that was read.
#[derive(Clone)]
pub(super) struct Engine(Environment<'static>);

/// Line of the template, from 1, and what is wrong there.
pub(super) type Fault = (usize, String);

/// What a template is given.
pub(super) struct Given(Value);

impl Engine {
    /// Reads a template.
    pub(super) fn new(template: &str) -> Result<Self, Fault> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| AutoEscape::None);
        let mut syntax = SyntaxConfig::builder();
        syntax.trim_blocks(true).lstrip_blocks(true);
        environment.set_syntax(syntax.build().map_err(|error| fault(&error))?);
        environment.add_filter("fenced", |text: Value, label: Value| {
            Ok::<_, Error>(fenced(&defined(&text)?, &defined(&label)?))
        });
        environment.add_filter("inline", |text: Value| defined(&text).map(|it| inline(&it)));
        environment.add_filter("ids", ids);
        environment.add_function("fence_rule", || FENCE_RULE);
        let owned = template.to_owned();
        environment
            .add_template_owned(ONLY, owned)
            .map_err(|error| fault(&error))?;
        Ok(Self(environment))
    }

    /// Names that the template expects to be given.
    pub(super) fn names(&self) -> BTreeSet<String> {
        let Ok(template) = self.0.get_template(ONLY) else {
            return BTreeSet::new();
        };
        let mut names: BTreeSet<String> =
            template.undeclared_variables(false).into_iter().collect();
        for (global, _) in self.0.globals() {
            names.remove(global);
        }
        names
    }

    /// Renders.
    pub(super) fn render(&self, given: &Given) -> Result<String, Fault> {
        let template = self.0.get_template(ONLY).map_err(|error| fault(&error))?;
        template.render(&given.0).map_err(|error| fault(&error))
    }
}

impl Given {
    /// Takes any value.
    pub(super) fn new(inputs: &impl Serialize) -> Self {
        Self(Value::from(Serde(inputs)))
    }

    /// The names of its fields; what it is instead, where it has none.
    pub(super) fn names(&self) -> Result<BTreeSet<String>, String> {
        if self.0.kind() != ValueKind::Map {
            return Err(self.0.kind().to_string());
        }
        let keys = self
            .0
            .try_iter()
            .map_err(|error| error.kind().to_string())?;
        Ok(keys.map(|key| key.to_string()).collect())
    }
}

/// `[e1, e4]`, as findings are shown elsewhere; nothing where there are none.
fn ids(list: &Value) -> Result<String, Error> {
    let ids = list.try_iter()?;
    let ids = ids.map(|id| defined(&id).map(|id| inline(&id)));
    let ids = ids.collect::<Result<Vec<_>, _>>()?.join(", ");
    Ok(if ids.is_empty() {
        ids
    } else {
        format!("[{ids}]")
    })
}

/// A value's text. What is missing is an error even behind a filter.
fn defined(value: &Value) -> Result<String, Error> {
    if value.is_undefined() || value.is_none() {
        Err(Error::from(ErrorKind::UndefinedError))
    } else {
        Ok(value.to_string())
    }
}

/// What is wrong, without what the template was given: details of an operation may hold values, those of its text may not.
fn fault(error: &Error) -> Fault {
    let line = error.line().unwrap_or(1);
    let kind = error.kind();
    let of_the_text = matches!(
        kind,
        ErrorKind::SyntaxError
            | ErrorKind::UnknownFilter
            | ErrorKind::UnknownFunction
            | ErrorKind::UnknownTest
    );
    match error.detail() {
        Some(detail) if of_the_text => (line, format!("{kind}: {detail}")),
        _ => (line, kind.to_string()),
    }
}
