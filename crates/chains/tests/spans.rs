//! What a trace shows of a run.

#![allow(clippy::unwrap_used, reason = "a failed step is a failed test")]

use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use upturn_chains::{Run, Runnable, RunnableExt, blocking_step, step};

/// Writes down every span with all of its fields, and when one is entered on another thread than this.
#[derive(Clone)]
struct Written(Arc<Mutex<Vec<String>>>, ThreadId);

impl Visit for Written {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.lock().unwrap().push(format!("{field}={value:?}"));
    }
}

impl Subscriber for Written {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("upturn")
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut this = self.clone();
        this.0
            .lock()
            .unwrap()
            .push(span.metadata().name().to_owned());
        span.record(&mut this);
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut self.clone());
    }

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {
        if thread::current().id() != self.1 {
            self.0.lock().unwrap().push("elsewhere".to_owned());
        }
    }

    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn a_span_holds_the_name_of_its_step_alone() {
    let written = Written(Arc::default(), thread::current().id());
    let _guard = tracing::subscriber::set_default(written.clone());
    let echo = step("echo", async |said: String| Ok(said));
    let computes = blocking_step("computes", |said: String| Ok(said));
    let chain = echo.pipe(computes);
    chain
        .invoke("Xylophone".to_owned(), &Run::new())
        .await
        .unwrap();
    let expected = [
        "step",
        "name=\"echo | computes\"",
        "step",
        "name=\"echo\"",
        "step",
        "name=\"computes\"",
        "elsewhere",
    ];
    assert_eq!(*written.0.lock().unwrap(), expected);
}
