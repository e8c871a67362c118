//! Why a provider gave no answer: [`Failures`].

use std::error::Error;
use std::time::Duration;

use genai::webc::{Error as WebError, StreamTimeout};
use genai::{BoxError, Error as GenaiError};
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde_json::Value;
use upturn_chains::{ChatError, ChatRequest};
use upturn_core::{Cause, Diagnostic, ErrorKind};

use crate::GenaiConfig;
use crate::quiet::quiet;
use crate::response::NoAnswer;

/// Anthropic's status for too much to do.
const ANTHROPIC_OVERLOADED: u16 = 529;

/// Why a provider can't be reached. Texts of a provider are quiet: they hold neither the key nor what was said.
#[derive(Debug, thiserror::Error)]
enum Unreached {
    #[error("no answer within {} s", .0.as_secs_f64())]
    TimedOut(Duration),
    #[error("no connection: {0}")]
    Connection(String),
    #[error("HTTP status {status}: {reason}")]
    Status { status: u16, reason: String },
    #[error("the provider failed: {0}")]
    Provider(String),
}

impl Diagnostic for Unreached {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Unavailable
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::TimedOut(_) => Some("ask again, or give it more time".to_owned()),
            Self::Connection(_) => Some("look whether the address is right and answers".to_owned()),
            Self::Status { .. } | Self::Provider(_) => None,
        }
    }
}

/// Tells failures of one question.
pub(crate) struct Failures<'a> {
    pub(crate) config: &'a GenaiConfig,
    pub(crate) request: &'a ChatRequest,
}

impl Failures<'_> {
    /// Of `genai`, as far as it tells.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "what a later `genai` adds is of the question too until it is looked at"
    )]
    pub(crate) fn of(&self, error: &GenaiError) -> ChatError {
        if let (Some(status), Some(headers)) = (error.status(), error.headers()) {
            return self.status(status, headers, body(error));
        }
        match error {
            GenaiError::WebModelCall { webc_error, .. }
            | GenaiError::WebAdapterCall { webc_error, .. } => self.web(webc_error),
            GenaiError::WebStream { error, .. } => self.boxed(error),
            GenaiError::ChatResponse { body, .. } => self.event(body),
            GenaiError::StreamParse { .. }
            | GenaiError::ChatResponseGeneration { .. }
            | GenaiError::NoChatResponse { .. }
            | GenaiError::InvalidJsonResponseElement { .. }
            | GenaiError::JsonValueExt(_)
            | GenaiError::SerdeJson(_) => self.unreadable("an answer in the provider's protocol"),
            // The others are of the question. Their texts may hold all of it.
            _ => self.refused("the question can't be asked of this provider".to_owned()),
        }
    }

    pub(crate) fn no_answer(&self, reason: NoAnswer) -> ChatError {
        match reason {
            NoAnswer::CutOff => self.cut_off(),
            NoAnswer::Filtered => self.refused("its filter withheld the answer".to_owned()),
        }
    }

    pub(crate) fn cut_off(&self) -> ChatError {
        ChatError::CutOff {
            model: self.model(),
        }
    }

    pub(crate) fn timed_out(&self) -> ChatError {
        self.unreached(Unreached::TimedOut(self.config.timeout))
    }

    fn web(&self, error: &WebError) -> ChatError {
        match error {
            WebError::Reqwest(error) => self.connection(error),
            WebError::ResponseFailedNotJson { .. }
            | WebError::ResponseFailedInvalidJson { .. }
            | WebError::JsonValueExt(_) => self.unreadable("JSON"),
            WebError::ResponseFailedStatus {
                status,
                headers,
                body,
            } => self.status(*status, headers, body),
        }
    }

    /// Within a stream.
    fn boxed(&self, error: &BoxError) -> ChatError {
        if let Some(error) = error.downcast_ref::<GenaiError>() {
            self.of(error)
        } else if error.is::<StreamTimeout>() {
            self.timed_out()
        } else if let Some(error) = error.downcast_ref::<reqwest::Error>() {
            self.connection(error)
        } else {
            self.unreadable("text in UTF-8")
        }
    }

    fn connection(&self, error: &reqwest::Error) -> ChatError {
        if error.is_timeout() {
            return self.timed_out();
        }
        if error.is_body() || error.is_decode() {
            return self.cut_off();
        }
        // The innermost says why, and not which address.
        let mut innermost: &dyn Error = error;
        while let Some(source) = innermost.source() {
            innermost = source;
        }
        let reason = self.quiet(&innermost.to_string());
        self.unreached(Unreached::Connection(reason))
    }

    fn status(&self, status: StatusCode, headers: &HeaderMap, body: &str) -> ChatError {
        let json: Option<Value> = serde_json::from_str(body).ok();
        let told = json.as_ref().and_then(message).unwrap_or_default();
        let code = status.as_u16();
        let reason = self.quiet(&told);
        // Waiting does not fill an account.
        let is_spent = json
            .as_ref()
            .is_some_and(|it| told_code(it) == "insufficient_quota");
        let is_overloaded = matches!(code, 429 | ANTHROPIC_OVERLOADED);
        if is_overloaded && !is_spent {
            return ChatError::Overloaded {
                model: self.model(),
                retry_after: retry_after(headers),
            };
        }
        if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT {
            return self.unreached(Unreached::Status {
                status: code,
                reason,
            });
        }
        self.refused(match reason.as_str() {
            "" => format!("HTTP status {code}"),
            reason => format!("HTTP status {code}: {reason}"),
        })
    }

    /// An error told within a stream that began well.
    fn event(&self, body: &Value) -> ChatError {
        let code = told_code(body).to_lowercase();
        if code.contains("overloaded") || code.contains("rate_limit") {
            return ChatError::Overloaded {
                model: self.model(),
                retry_after: None,
            };
        }
        let told = message(body).unwrap_or_default();
        self.unreached(Unreached::Provider(self.quiet(&told)))
    }

    fn unreached(&self, reason: Unreached) -> ChatError {
        ChatError::Unavailable {
            model: self.model(),
            source: Cause::new(reason),
        }
    }

    fn refused(&self, reason: String) -> ChatError {
        ChatError::Refused {
            model: self.model(),
            reason,
        }
    }

    fn unreadable(&self, expected: &str) -> ChatError {
        ChatError::Unreadable {
            model: self.model(),
            reason: format!("expected {expected}"),
        }
    }

    fn quiet(&self, reason: &str) -> String {
        quiet(reason, self.config.key.as_ref(), self.request)
    }

    fn model(&self) -> String {
        self.config.model.clone()
    }
}

/// Of a status that is none of success.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "of some thirty errors no other has a body"
)]
fn body(error: &GenaiError) -> &str {
    match error {
        GenaiError::HttpError { body, .. } => body,
        GenaiError::WebModelCall { webc_error, .. }
        | GenaiError::WebAdapterCall { webc_error, .. } => match webc_error {
            WebError::ResponseFailedStatus { body, .. } => body,
            WebError::ResponseFailedNotJson { .. }
            | WebError::ResponseFailedInvalidJson { .. }
            | WebError::JsonValueExt(_)
            | WebError::Reqwest(_) => "",
        },
        _ => "",
    }
}

/// Where providers say what is wrong.
fn message(body: &Value) -> Option<String> {
    let paths = [
        "/error/message",
        "/0/error/message",
        "/message",
        "/error",
        "/detail",
    ];
    let mut told = paths.iter().filter_map(|path| body.pointer(path)?.as_str());
    told.next().map(str::to_owned)
}

fn told_code(body: &Value) -> &str {
    let paths = ["/error/code", "/error/type", "/code", "/type"];
    let mut told = paths.iter().filter_map(|path| body.pointer(path)?.as_str());
    told.next().unwrap_or_default()
}

/// Seconds or, in OpenAI's own header, milliseconds; a date is not read.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<f64>().ok();
    let milliseconds = number("retry-after-ms").map(|it| it / 1_000.0);
    let seconds = milliseconds.or_else(|| number("retry-after"))?;
    Duration::try_from_secs_f64(seconds).ok()
}
