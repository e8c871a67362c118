//! The few messages of TensorBoard that a curve takes, as protocol buffers: [`Event`].
//!
//! Fields and numbers: `tensorboard/compat/proto/event.proto` and `summary.proto` of TensorBoard 2.21.0; encoding:
//! <https://protobuf.dev/programming-guides/encoding/>. The crates at hand (tboard, tensorboard-rs, tfrecord) were not
//! touched since 2023 and bring a compiler of protocol buffers, or images, for these five fields.

/// `tensorboard.Event`, as far as it is used here.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Event<'a> {
    /// Seconds since 1970.
    pub(super) wall_time: f64,
    pub(super) step: u64,
    pub(super) what: What<'a>,
}

/// What an event tells.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum What<'a> {
    /// The first event of every file.
    FileVersion,
    /// One point of some curves.
    Scalars(&'a [(&'a str, f32)]),
    /// A run goes on: points of this step and of later ones in older files are void.
    Restart,
}

/// `Event.wall_time`, `step`, `file_version`, `summary`, `session_log`.
const WALL_TIME: u8 = 1;
const STEP: u8 = 2;
const FILE_VERSION: u8 = 3;
const SUMMARY: u8 = 5;
const SESSION_LOG: u8 = 7;

/// How a field's value is laid out.
const VARINT: u8 = 0;
const FIXED64: u8 = 1;
const LENGTH: u8 = 2;
const FIXED32: u8 = 5;

impl Event<'_> {
    /// The message's bytes.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = vec![key(WALL_TIME, FIXED64)];
        bytes.extend(self.wall_time.to_le_bytes());
        if self.step > 0 {
            bytes.push(key(STEP, VARINT));
            varint(&mut bytes, self.step);
        }
        match self.what {
            What::FileVersion => field(&mut bytes, FILE_VERSION, b"brain.Event:2"),
            What::Scalars(scalars) => field(&mut bytes, SUMMARY, &summary(scalars)),
            // `SessionLog.status = START`
            What::Restart => field(&mut bytes, SESSION_LOG, &[key(1, VARINT), 1]),
        }
        bytes
    }
}

/// `tensorboard.Summary`: a `Value` with `tag` and `simple_value` for each scalar.
fn summary(scalars: &[(&str, f32)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (tag, value) in scalars {
        let mut one = Vec::new();
        field(&mut one, 1, tag.as_bytes());
        one.push(key(2, FIXED32));
        one.extend(value.to_le_bytes());
        field(&mut bytes, 1, &one);
    }
    bytes
}

/// All field numbers here are below 16, so a key is one byte.
const fn key(number: u8, layout: u8) -> u8 {
    number << 3 | layout
}

fn field(bytes: &mut Vec<u8>, number: u8, value: &[u8]) {
    bytes.push(key(number, LENGTH));
    varint(bytes, value.len() as u64);
    bytes.extend(value);
}

/// Seven bits a byte, the lowest first; the top bit says that more follow.
fn varint(bytes: &mut Vec<u8>, mut value: u64) {
    loop {
        let [low, ..] = (value & 0x7f).to_le_bytes();
        value >>= 7;
        if value == 0 {
            bytes.push(low);
            return;
        }
        bytes.push(low | 0x80);
    }
}
