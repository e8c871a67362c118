//! Repeating what is safe to repeat: [`with_retries`].

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use tonic::{Code, Status};

/// How often to repeat, and how long to wait between.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Retries {
    pub(crate) times: usize,
    pub(crate) first_pause: Duration,
    pub(crate) longest_pause: Duration,
}

impl Retries {
    /// One attempt only.
    pub(crate) const NONE: Self = Self {
        times: 0,
        first_pause: Duration::ZERO,
        longest_pause: Duration::ZERO,
    };
}

/// Why one attempt failed.
#[derive(Debug)]
pub(crate) enum Attempt {
    /// It took longer than this.
    TimedOut(Duration),
    /// The server, or the way to it, said so.
    Refused(Box<Status>),
}

impl Attempt {
    /// Whether the same request may succeed a little later.
    pub(crate) fn is_transient(&self) -> bool {
        match self {
            Self::TimedOut(_) => true,
            Self::Refused(status) => is_transient(status),
        }
    }

    /// How long the server asked to be left alone.
    fn retry_after(&self) -> Option<Duration> {
        let Self::Refused(status) = self else {
            return None;
        };
        let seconds = status.metadata().get("retry-after")?.to_str().ok()?;
        seconds.parse().ok().map(Duration::from_secs)
    }
}

/// A status that did not come from the server has a source: the connection was reset, closed or refused.
fn is_transient(status: &Status) -> bool {
    use std::error::Error as _;
    let passing = [
        Code::Unavailable,
        Code::DeadlineExceeded,
        Code::ResourceExhausted,
        Code::Aborted,
    ];
    let of_transport = [Code::Unknown, Code::Internal, Code::Cancelled];
    let code = status.code();
    passing.contains(&code) || (of_transport.contains(&code) && status.source().is_some())
}

/// The answer of the first attempt that succeeds, or the last failure; and how many attempts were made.
pub(crate) async fn with_retries<T, F>(
    retries: Retries,
    attempt: impl Fn() -> F,
) -> (Result<T, Attempt>, usize)
where
    F: Future<Output = Result<T, Attempt>>,
{
    let made = AtomicUsize::new(0);
    let counted = || {
        made.fetch_add(1, Ordering::Relaxed);
        attempt()
    };
    let pauses = ExponentialBuilder::default()
        .with_jitter()
        .with_min_delay(retries.first_pause)
        .with_max_delay(retries.longest_pause)
        .with_max_times(retries.times);
    let longest = retries.longest_pause;
    let answer = counted
        .retry(pauses)
        .when(Attempt::is_transient)
        .adjust(|failure, pause| {
            let asked = failure.retry_after().unwrap_or_default().min(longest);
            pause.map(|pause| pause.max(asked))
        })
        .await;
    (answer, made.load(Ordering::Relaxed))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(status: Status) -> Attempt {
        Attempt::Refused(Box::new(status))
    }

    #[test]
    fn only_what_passes_is_repeated() {
        let passing = [
            said(Status::unavailable("")),
            said(Status::deadline_exceeded("")),
            said(Status::resource_exhausted("")),
            said(Status::aborted("")),
            said(Status::from_error("the connection was reset".into())),
            Attempt::TimedOut(Duration::ZERO),
        ];
        assert!(passing.iter().all(Attempt::is_transient));
        let lasting = [
            Status::invalid_argument(""),
            Status::not_found(""),
            Status::already_exists(""),
            Status::permission_denied(""),
            Status::unauthenticated(""),
            Status::internal(""),
            Status::unknown(""),
            Status::unimplemented(""),
        ];
        assert!(!lasting.map(said).iter().any(Attempt::is_transient));
    }

    #[test]
    fn a_server_may_ask_to_be_left_alone() {
        let mut status = Status::resource_exhausted("");
        let _ = status
            .metadata_mut()
            .insert("retry-after", tonic::metadata::MetadataValue::from(7));
        assert_eq!(said(status).retry_after(), Some(Duration::from_secs(7)));
    }
}
