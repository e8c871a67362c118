//! A value inside a JSON record that knows its path: [`Node`]. Every refusal names the path and quotes nothing said.

use serde_json::{Map, Value};

use crate::{Quoted, RejectReason};

/// A JSON value and where it stands.
pub(crate) struct Node<'v> {
    path: String,
    value: &'v Value,
}

impl<'v> Node<'v> {
    /// The whole record, called `name` in refusals.
    pub(crate) fn root(name: &str, value: &'v Value) -> Self {
        Self {
            path: name.to_owned(),
            value,
        }
    }

    /// Field of an object with a path of its own, as the fields of the root have.
    pub(crate) fn top(&self, name: &str) -> Result<Self, RejectReason> {
        self.at(name, name.to_owned())
    }

    /// Field of an object.
    pub(crate) fn field(&self, name: &str) -> Result<Self, RejectReason> {
        self.at(name, format!("{}.{name}", self.path))
    }

    fn at(&self, name: &str, path: String) -> Result<Self, RejectReason> {
        match self.object()?.get(name) {
            Some(value) => Ok(Self { path, value }),
            None => Err(RejectReason::Missing { field: path }),
        }
    }

    /// The same, unless it is `null`.
    pub(crate) fn not_null(self) -> Option<Self> {
        (!self.value.is_null()).then_some(self)
    }

    pub(crate) fn object(&self) -> Result<&'v Map<String, Value>, RejectReason> {
        self.value
            .as_object()
            .ok_or_else(|| self.is_not("an object"))
    }

    pub(crate) fn string(&self) -> Result<&'v str, RejectReason> {
        self.value.as_str().ok_or_else(|| self.is_not("a text"))
    }

    pub(crate) fn number(&self) -> Result<f64, RejectReason> {
        self.value.as_f64().ok_or_else(|| self.is_not("a number"))
    }

    pub(crate) fn whole_number(&self) -> Result<u64, RejectReason> {
        self.value
            .as_u64()
            .ok_or_else(|| self.is_not("a whole number from 0"))
    }

    pub(crate) fn elements(&self) -> Result<impl Iterator<Item = Self>, RejectReason> {
        let array = self
            .value
            .as_array()
            .ok_or_else(|| self.is_not("an array"))?;
        Ok(array.iter().enumerate().map(|(at, value)| Self {
            path: format!("{}[{at}]", self.path),
            value,
        }))
    }

    /// A text that is one of the allowed words.
    pub(crate) fn word(
        &self,
        allowed: &'static [&'static str],
    ) -> Result<&'static str, RejectReason> {
        let got = self.string()?;
        allowed
            .iter()
            .find(|word| **word == got)
            .copied()
            .ok_or_else(|| RejectReason::UnknownWord {
                field: self.path.clone(),
                got: Quoted::new(got),
                allowed,
            })
    }

    /// Refuses an object with a field that is none of the allowed ones.
    pub(crate) fn only(&self, allowed: &'static [&'static str]) -> Result<(), RejectReason> {
        match self
            .object()?
            .keys()
            .find(|key| !allowed.contains(&key.as_str()))
        {
            None => Ok(()),
            Some(field) => Err(RejectReason::UnknownField {
                field: Quoted::new(field),
                within: self.path.clone(),
                allowed,
            }),
        }
    }

    /// The refusal of this value because it is something else.
    pub(crate) fn is_not(&self, expected: &'static str) -> RejectReason {
        RejectReason::WrongType {
            field: self.path.clone(),
            expected,
        }
    }
}
