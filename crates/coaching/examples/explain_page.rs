//! Demonstrates explanations as pages, texts, Markdown and JSON, of calls that were made up: usual, live, of one turn, of 300, hostile.
//!
//! Requires nothing. What it writes are the goldens of the tests as well.
//! Run it to look at them: `cargo run -p upturn-coaching --example explain_page -- FOLDER`

#![allow(
    clippy::unwrap_used,
    unreachable_pub,
    reason = "an example shows how it is called; its calls are those of the tests"
)]

use std::path::PathBuf;

#[path = "../tests/sample/mod.rs"]
mod sample;

fn main() {
    let to = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| ".".to_owned()));
    let hostile =
        "</script><script>document.title='x'</script><img src=x onerror=alert(1)> \" ' & `";
    fs_err::create_dir_all(&to).unwrap();
    for (name, explanation) in [
        ("usual", sample::usual()),
        ("live", sample::live(6)),
        ("tiny", sample::tiny()),
        ("long", sample::long(300)),
        ("hostile", sample::saying(hostile)),
    ] {
        let write = |ending: &str, text: String| {
            fs_err::write(to.join(name).with_extension(ending), text).unwrap();
        };
        write("html", explanation.to_html());
        write("md", explanation.to_markdown());
        write("json", explanation.to_json().unwrap());
        write("txt", explanation.to_text());
    }
}
