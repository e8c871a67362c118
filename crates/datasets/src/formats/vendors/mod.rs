//! Readers of the JSON that recorders, transcription services and chat programs write, a file each.
//!
//! They share what is alike: [`json`] finds the documents of a file, [`typed`] parses one and names its faults, [`draft`]
//! becomes the transcript. Fields that are not used are not looked at, since these forms grow.

mod assembly_ai;
mod calls;
mod chat;
mod day;
mod deepgram;
mod draft;
mod gong;
mod json;
mod label;
mod language;
mod span;
mod typed;
mod whisper;

pub use assembly_ai::AssemblyAiRecords;
pub use chat::ChatRecords;
pub use deepgram::DeepgramRecords;
pub use gong::{GongCalls, GongRecords};
pub use whisper::WhisperRecords;

#[cfg(test)]
mod laws;
#[cfg(test)]
mod shown;
