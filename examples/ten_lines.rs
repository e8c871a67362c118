//! Demonstrates the facade in ten lines, those of the README: an encoder, a store, a prediction and a grounded answer.
//!
//! Requires, in the folder where it is run, `calls.jsonl` (`upturn simulate --calls 60 --out calls.jsonl` writes one) and the
//! folder of an encoder called `all-MiniLM-L6-v2` (`upturn model pull all-MiniLM-L6-v2` prints where it is: link or copy it).
//! Run it to see the prediction and the answer: `cargo run --release -p upturn-examples --bin ten_lines`
#![allow(clippy::print_stdout, reason = "an example talks to its reader")]

use upturn::prelude::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let calls = read_jsonl("calls.jsonl")?.conversations;
    let (call, known) = calls.split_last().ok_or("there are no calls")?;
    let encoder = Encoder::open("all-MiniLM-L6-v2".as_ref(), &EncoderOptions::default())?;
    let model = Model::learn(encoder, known, "model")?;
    let store = model.index(known, "store")?;
    let analyst = model.analyst(store)?;
    println!("{}", analyst.predict(CallRequest::new(call.clone()))?);
    let question = AskRequest::new("why might this deal stall?", call.clone());
    println!("{}", analyst.ask(question)?);
    Ok(())
}
