//! What every crate below writes to logs, at their most talkative.

use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use futures_util::StreamExt as _;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use upturn_chains::ChatModel as _;

use super::server::{Reply, Server};
use super::{KEY, model, question};

const SAID: &str = "the buyer is called Wilhelmina Achterberg";

/// Writes down all that is traced and all that is logged.
#[derive(Debug, Clone, Default)]
struct Written(Arc<Mutex<String>>);

impl Written {
    fn write(&self, line: &str) {
        let mut written = self.0.lock().unwrap();
        written.push_str(line);
        written.push('\n');
    }
}

impl Visit for Written {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.write(&format!("{field}={value:?}"));
    }
}

impl Subscriber for Written {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.write(span.metadata().name());
        span.record(&mut self.clone());
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

impl log::Log for Written {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        self.write(&format!("{}: {}", record.target(), record.args()));
    }

    fn flush(&self) {}
}

/// Neither the key nor what is said, whether it is answered or refused, and whatever the provider repeats.
#[tokio::test]
async fn no_log_of_any_crate_tells_the_key_or_what_is_said() {
    let written = Written::default();
    log::set_boxed_logger(Box::new(written.clone())).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    let _traced = tracing::subscriber::set_default(written.clone());
    let echo = format!("{{\"error\": {{\"message\": \"no {KEY}, {SAID}\"}}}}");
    for reply in [
        Reply::json(401, echo.as_str()),
        Reply::json(500, echo.as_str()),
        Reply::json(200, "["),
    ] {
        let server = Server::saying(reply).await;
        let model = model(&server);
        assert!(model.chat(&question(SAID)).await.is_err());
        let pieces: Vec<_> = model.stream(&question(SAID)).collect().await;
        assert!(matches!(pieces.last(), Some(Err(_))));
    }
    let written = written.0.lock().unwrap();
    assert!(
        written.contains("127.0.0.1"),
        "something is written: {written}"
    );
    assert!(
        !written.contains(KEY) && !written.contains(SAID),
        "{written}"
    );
}
