//! What a trace shows of a run.

#![allow(clippy::unwrap_used, reason = "a failed step is a failed test")]

use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};

use futures_util::StreamExt as _;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use tracing_core::span::Current;
use upturn_chains::{Run, Runnable, RunnableExt, blocking_step, step};

/// Writes down every span with all of its fields, and when one is entered on another thread than this.
#[derive(Clone)]
struct Written {
    lines: Arc<Mutex<Vec<String>>>,
    here: ThreadId,
    spans: Arc<Mutex<Vec<&'static Metadata<'static>>>>,
    entered: Arc<Mutex<Vec<Id>>>,
}

impl Written {
    fn here() -> Self {
        Self {
            lines: Arc::default(),
            here: thread::current().id(),
            spans: Arc::default(),
            entered: Arc::default(),
        }
    }

    fn write(&self, line: impl Into<String>) {
        self.lines.lock().unwrap().push(line.into());
    }
}

impl Visit for Written {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.write(format!("{field}={value:?}"));
    }
}

impl Subscriber for Written {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("upturn")
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.write(span.metadata().name());
        span.record(&mut self.clone());
        let mut spans = self.spans.lock().unwrap();
        spans.push(span.metadata());
        Id::from_u64(spans.len() as u64)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut self.clone());
    }

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, span: &Id) {
        if thread::current().id() == self.here {
            self.entered.lock().unwrap().push(span.clone());
        } else {
            self.write(format!("{} elsewhere", span.into_u64()));
        }
    }

    fn exit(&self, _: &Id) {
        if thread::current().id() == self.here {
            self.entered.lock().unwrap().pop();
        }
    }

    fn current_span(&self) -> Current {
        let Some(span) = self.entered.lock().unwrap().last().cloned() else {
            return Current::none();
        };
        let at = usize::try_from(span.into_u64()).unwrap() - 1;
        let spans = self.spans.lock().unwrap();
        Current::new(span, spans.get(at).unwrap())
    }
}

#[tokio::test]
async fn a_piece_is_made_inside_the_span_of_its_step_and_read_outside() {
    let written = Written::here();
    let _guard = tracing::subscriber::set_default(written.clone());
    let run = Run::new();
    let inside = || written.entered.lock().unwrap().len();
    let pieces = futures_util::stream::iter([1, 2]).map(|_| Ok(inside()));
    let mut pieces = run.stream_step("counts", pieces);
    while let Some(piece) = pieces.next().await {
        assert_eq!((piece.unwrap(), inside()), (1, 0));
    }
    assert_eq!(*written.lines.lock().unwrap(), ["step", "name=\"counts\""]);
}

#[tokio::test]
async fn a_span_holds_the_name_of_its_step_alone_on_whichever_thread() {
    let written = Written::here();
    let _guard = tracing::subscriber::set_default(written.clone());
    let echo = step("echo", async |said: String| Ok(said));
    let computes = blocking_step("computes", |said: String| Ok(said));
    let run = Run::new();
    let said = "Xylophone".to_owned();
    echo.pipe(computes).invoke(said, &run).await.unwrap();
    let expected = [
        "step",
        "name=\"echo | computes\"",
        "step",
        "name=\"echo\"",
        "step",
        "name=\"computes\"",
        "3 elsewhere",
    ];
    assert_eq!(*written.lines.lock().unwrap(), expected);
}
