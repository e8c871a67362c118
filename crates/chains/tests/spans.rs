//! What a trace shows of a run.

#![allow(clippy::unwrap_used, reason = "a failed step is a failed test")]

use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use upturn_chains::{Run, Runnable, RunnableExt, step};

/// Writes down every span with all of its fields.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<String>>>);

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

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn a_span_holds_the_name_of_its_step_alone() {
    let written = Written::default();
    let _guard = tracing::subscriber::set_default(written.clone());
    let echo = step("echo", async |said: String| Ok(said));
    let chain = echo.map(|said| said + "!");
    chain
        .invoke("Xylophone".to_owned(), &Run::new())
        .await
        .unwrap();
    let expected = ["step", "name=\"echo | map\"", "step", "name=\"echo\""];
    assert_eq!(*written.0.lock().unwrap(), expected);
}
