//! The door for other programs: the Model Context Protocol (MCP), revisions 2024-11-05 to 2026-07-28.
//!
//! - [`McpServer`] offers tools, calls ([`CallSource`]) and prompts ([`PromptSource`]) to any MCP host.
//! - It is served over [stdio](McpServer::serve_stdio), over [any pipe](McpServer::serve_pipe), or
//!   [bound to an address](McpServer::bind) as an [`HttpServer`], behind a [`BearerKey`].
//!
//! ```text
//!                    ┌─ stdio ─────────────┐
//!  MCP host ◀───────▶│                     │──▶ tools      upturn_chains::Tool
//!                    │      McpServer      │──▶ resources  CallSource, upturn://call/ID
//!  MCP host ◀──401──▶│                     │──▶ prompts    PromptSource
//!                    └─ HTTP /mcp ─────────┘
//! ```
//!
//! # Laws
//!
//! - **Read only.** Nothing here changes anything.
//! - **Failures are answers.** A tool that fails or panics is a result that says so; the connection stays.
//! - **Silent.** Keys stand in no error and no `Debug`. This crate logs nothing, but `rmcp` logs whole messages from the level
//!   *info* on: a program that shows logs must keep its target `rmcp` at *warn*.
//!
//! Not here: what tools compute (`upturn-tools`), and which calls and prompts there are (the program that serves).

mod error;
mod http;
mod mcp;

pub use error::ServerError;
pub use http::{BearerKey, HttpConfig, HttpServer};
pub use mcp::{CallSource, McpServer, PromptArgument, PromptDescription, PromptSource};
