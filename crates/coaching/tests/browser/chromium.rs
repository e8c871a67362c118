//! A Chromium without a window that is told what to do through a pipe: [`Chromium`].

use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// Chromium reads its orders from descriptor 3 and answers on 4.
const PIPED: &str = "exec chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --hide-scrollbars \
                     --remote-debugging-pipe --user-data-dir=\"$0\" 3<&0 4>&1 >/dev/null 2>/dev/null";

/// One browser with one page.
pub struct Chromium {
    browser: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
    /// Errors that it told unasked.
    complaints: Vec<Value>,
    /// Pages that it has loaded.
    loaded: usize,
    asked: u64,
    session: Option<String>,
    _profile: tempfile::TempDir,
}

impl Chromium {
    /// Starts it; none where there is none, or it does not start.
    pub fn start() -> Option<Self> {
        let profile = tempfile::tempdir().ok()?;
        let mut browser = Command::new("sh")
            .args(["-c", PIPED])
            .arg(profile.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .ok()?;
        let (orders, answers) = (browser.stdin.take()?, browser.stdout.take()?);
        let mut this = Self {
            browser,
            orders,
            answers: BufReader::new(answers),
            complaints: Vec::new(),
            loaded: 0,
            asked: 0,
            session: None,
            _profile: profile,
        };
        let page = this.ask("Target.createTarget", json!({"url": "about:blank"}))?;
        let attached = json!({"targetId": page["targetId"], "flatten": true});
        let attached = this.ask("Target.attachToTarget", attached)?;
        this.session = Some(attached["sessionId"].as_str()?.to_owned());
        for domain in ["Page", "Runtime", "Log"] {
            this.ask(&format!("{domain}.enable"), json!({}))?;
        }
        Some(this)
    }

    /// Opens a file in a window so wide, of a reader whose system is so.
    pub fn open(&mut self, file: &Path, width: u32, scheme: &str) {
        let features = json!([
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]);
        self.done("Emulation.setEmulatedMedia", json!({"features": features}));
        let window =
            json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false});
        self.done("Emulation.setDeviceMetricsOverride", window);
        let (url, before) = (format!("file://{}", file.display()), self.loaded);
        self.done("Page.navigate", json!({"url": url}));
        while self.loaded == before {
            self.told().unwrap();
        }
        self.point_at(0.0, 0.0);
    }

    /// What an expression is in the page.
    pub fn value(&mut self, expression: &str) -> Value {
        let asked = json!({"expression": expression, "returnByValue": true});
        let mut said = self.done("Runtime.evaluate", asked);
        assert!(said.get("exceptionDetails").is_none(), "{said}");
        said["result"]["value"].take()
    }

    /// Moves the pointer there.
    pub fn point_at(&mut self, x: f64, y: f64) {
        let place = json!({"type": "mouseMoved", "x": x, "y": y});
        self.done("Input.dispatchMouseEvent", place);
    }

    /// Every error of the pages so far.
    pub fn complaints(&mut self) -> &[Value] {
        // What was told before is told by the time that this is answered.
        self.value("0");
        &self.complaints
    }

    fn done(&mut self, method: &str, params: Value) -> Value {
        self.ask(method, params).unwrap()
    }

    /// The answer; none if the browser is gone or refuses.
    #[allow(
        clippy::needless_pass_by_value,
        reason = "callers write what they ask on the spot"
    )]
    fn ask(&mut self, method: &str, params: Value) -> Option<Value> {
        self.asked += 1;
        let mut order = json!({"id": self.asked, "method": method, "params": params});
        if let Some(session) = &self.session {
            order["sessionId"] = session.as_str().into();
        }
        let order = order.to_string() + "\0";
        self.orders.write_all(order.as_bytes()).ok()?;
        loop {
            let mut told = self.told()?;
            if told["id"] == self.asked {
                return told.get_mut("result").map(Value::take);
            }
        }
    }

    /// The next that it tells, whether asked or not; none if it is gone.
    fn told(&mut self) -> Option<Value> {
        let mut told = Vec::new();
        self.answers.read_until(0, &mut told).ok()?;
        let told: Value = serde_json::from_slice(told.strip_suffix(b"\0")?).ok()?;
        let is_error = match told["method"].as_str() {
            Some("Page.loadEventFired") => {
                self.loaded += 1;
                false
            }
            Some("Runtime.exceptionThrown") => true,
            Some("Runtime.consoleAPICalled") => told["params"]["type"] == "error",
            Some("Log.entryAdded") => told["params"]["entry"]["level"] == "error",
            _ => false,
        };
        self.complaints.extend(is_error.then(|| told.clone()));
        Some(told)
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        self.ask("Browser.close", json!({}));
        let _ = self.browser.wait();
    }
}
