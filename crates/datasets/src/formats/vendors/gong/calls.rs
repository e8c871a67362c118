//! What Gong knows of calls besides their words: [`GongCalls`].

use std::collections::HashMap;
use std::fmt;
use std::io::{self, BufRead};

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use upturn_core::Speaker;

use super::{Documents, Draft, Label, Object, given, parse, within};
use crate::formats::vendors::day::Day;
use crate::{Party, ReadOptions, Record, RejectReason};

/// What Gong knows of calls: `metaData`, `parties` and `context` of `/v2/calls/extensive`, by id of the call.
///
/// It is held in memory as a whole, a few kilobytes a call. `Debug` shows how many calls, nothing of them.
#[derive(Default)]
pub struct GongCalls {
    by_id: HashMap<String, CallData>,
    rejected: Vec<Record>,
}

impl GongCalls {
    /// Reads a file of responses, or of elements of their `calls`. The first that names a call describes it.
    ///
    /// # Errors
    ///
    /// Those of the stream. What is broken is [`rejected`](Self::rejected).
    pub fn read(input: impl BufRead + Send + 'static, options: &ReadOptions) -> io::Result<Self> {
        let mut documents = Documents::new(input, options);
        let mut calls = Self::default();
        while let Some(document) = documents.next_document()? {
            for reason in document
                .text
                .map_or_else(|reason| vec![reason], |text| calls.add(&text))
            {
                calls.rejected.push(Record {
                    place: document.place,
                    counted: document.counted,
                    content: Err(reason),
                });
            }
        }
        Ok(calls)
    }

    /// The calls of a document that may stand alone.
    fn add(&mut self, text: &str) -> Vec<RejectReason> {
        match parse::<Page<'_>>(text) {
            Err(reason) => vec![reason],
            Ok(Page {
                calls: Some(calls), ..
            }) => self.add_elements(&calls),
            Ok(Page { calls: None, .. }) => self.add_element(text).err().into_iter().collect(),
        }
    }

    /// Calls of `elements`, and why some of them are none.
    pub(super) fn of_elements(elements: &[&RawValue]) -> (Self, Vec<RejectReason>) {
        let mut calls = Self::default();
        let broken = calls.add_elements(elements);
        (calls, broken)
    }

    fn add_elements(&mut self, elements: &[&RawValue]) -> Vec<RejectReason> {
        let numbered = elements.iter().enumerate();
        let added = numbered.map(|(at, element)| {
            let added = self.add_element(element.get());
            added.map_err(|reason| within(&format!("calls[{at}]"), reason))
        });
        added.filter_map(Result::err).collect()
    }

    fn add_element(&mut self, text: &str) -> Result<(), RejectReason> {
        let call: CallData = parse(text)?;
        let id = given(call.meta_data.0.id.as_ref()).map(str::to_owned);
        let id = id.ok_or_else(|| RejectReason::Missing {
            field: "metaData.id".to_owned(),
        })?;
        self.by_id.entry(id).or_insert(call);
        Ok(())
    }

    /// Elements that could not be read.
    pub fn rejected(&self) -> &[Record] {
        &self.rejected
    }

    /// How many calls are known.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether no call is known.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    pub(super) fn get(&self, id: &str) -> Option<&CallData> {
        self.by_id.get(id)
    }
}

impl fmt::Debug for GongCalls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GongCalls")
            .field("calls", &self.by_id.len())
            .field("rejected", &self.rejected)
            .finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Page<'t> {
    #[serde(borrow)]
    calls: Option<Vec<&'t RawValue>>,
}

/// An element of `calls`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CallData {
    meta_data: Object<MetaData>,
    parties: Option<Vec<Object<PartyData>>>,
    context: Option<Vec<Object<Context>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MetaData {
    id: Option<Label>,
    started: Option<Day>,
    language: Option<String>,
    primary_user_id: Option<Label>,
    title: Option<Value>,
    duration: Option<Value>,
    direction: Option<Value>,
    scope: Option<Value>,
    media: Option<Value>,
    system: Option<Value>,
    purpose: Option<Value>,
    sdr_disposition: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PartyData {
    id: Option<Label>,
    speaker_id: Option<Label>,
    user_id: Option<Label>,
    name: Option<String>,
    email_address: Option<String>,
    affiliation: Option<String>,
}

#[derive(Deserialize)]
struct Context {
    objects: Option<Vec<Object<ContextObject>>>,
}

/// An object of a CRM to which the call belongs.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ContextObject {
    object_type: Option<String>,
    object_id: Option<Label>,
}

impl CallData {
    /// Adds all of it to the draft of the call's transcript.
    pub(super) fn describe(&self, draft: &mut Draft) {
        for Object(party) in self.parties.as_deref().unwrap_or_default() {
            if let Some(label) = party.label() {
                draft.describe(label, |known| party.describe(known));
            }
        }
        let Object(about) = &self.meta_data;
        draft.language(about.language.as_deref());
        let metadata = draft.metadata();
        metadata.date = about.started.map(|day| day.0);
        metadata.rep = self.rep().map(str::to_owned);
        metadata.account = self.object("account").map(str::to_owned);
        draft.keep("deal", self.object("opportunity").or(self.object("deal")));
        for (name, value) in [
            ("title", &about.title),
            ("duration", &about.duration),
            ("direction", &about.direction),
            ("scope", &about.scope),
            ("media", &about.media),
            ("system", &about.system),
            ("purpose", &about.purpose),
            ("sdrDisposition", &about.sdr_disposition),
        ] {
            draft.keep(name, value.clone());
        }
    }

    /// Name of the host, or what else is known of them.
    fn rep(&self) -> Option<&str> {
        let host = given(self.meta_data.0.primary_user_id.as_ref())?;
        let parties = self.parties.as_deref().unwrap_or_default();
        let party = parties
            .iter()
            .find(|party| given(party.0.user_id.as_ref()) == Some(host));
        let known = party.and_then(|party| party.0.name().or(party.0.email()));
        Some(known.unwrap_or(host))
    }

    /// Id of the first object of this kind.
    fn object(&self, kind: &str) -> Option<&str> {
        let systems = self.context.as_deref().unwrap_or_default().iter();
        let mut objects =
            systems.flat_map(|system| system.0.objects.as_deref().unwrap_or_default());
        objects.find_map(|Object(object)| {
            let is_kind = |is: &String| is.eq_ignore_ascii_case(kind);
            given(object.object_id.as_ref())
                .filter(|_| object.object_type.as_ref().is_some_and(is_kind))
        })
    }
}

impl PartyData {
    /// What the transcript calls it; for somebody who said nothing, what else names it.
    fn label(&self) -> Option<&str> {
        let ids = [&self.speaker_id, &self.id, &self.user_id];
        let id = ids.into_iter().find_map(|id| given(id.as_ref()));
        id.or(self.email()).or(self.name())
    }

    /// Tells what is not known yet: the first of two with one label counts.
    fn describe(&self, party: &mut Party) {
        party.name = party.name.take().or(self.name().map(str::to_owned));
        party.email = party.email.take().or(self.email().map(str::to_owned));
        party.side = party.side.or(self.side());
    }

    fn name(&self) -> Option<&str> {
        self.name.as_deref().filter(|name| !name.trim().is_empty())
    }

    fn email(&self) -> Option<&str> {
        self.email_address
            .as_deref()
            .filter(|email| !email.trim().is_empty())
    }

    fn side(&self) -> Option<Speaker> {
        match self.affiliation.as_deref()?.to_ascii_lowercase().as_str() {
            "internal" => Some(Speaker::Seller),
            "external" => Some(Speaker::Buyer),
            _ => None,
        }
    }
}
