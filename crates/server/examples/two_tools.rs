//! Demonstrates an MCP server of two tools, some calls and a prompt, over standard input and output.
//!
//! Requires nothing but a host: it ends when its input ends.
//! Run it from the settings of an MCP host, or to type to it yourself: `cargo run -p upturn-server --example two_tools`

#[path = "../tests/fake/mod.rs"]
mod fake;

use tokio_util::sync::CancellationToken;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let tokio = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let served = tokio.block_on(fake::server()?.serve_stdio(CancellationToken::new()));
    // A read of standard input that is under way can't be ended.
    tokio.shutdown_background();
    Ok(served?)
}
