//! What is answered where nothing is: `{"error": {"kind", "message", "hint"}}`.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use serde_json::json;

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// The key is not shown, or another one.
pub(super) fn unauthorized() -> Response {
    let error = json!({ "error": {
        "kind": "unauthorized",
        "message": "the bearer key is missing or another one",
        "hint": "send it as `Authorization: Bearer KEY`",
    }});
    let mut response = refusal(StatusCode::UNAUTHORIZED, &error);
    let scheme = HeaderValue::from_static("Bearer");
    response.headers_mut().insert(WWW_AUTHENTICATE, scheme);
    response
}

/// There is nothing at this path.
pub(super) fn not_found() -> Response {
    let error = json!({ "error": {
        "kind": "not_found",
        "message": "there is nothing at this path",
        "hint": "MCP is at `/mcp`",
    }});
    refusal(StatusCode::NOT_FOUND, &error)
}

fn refusal(status: StatusCode, error: &serde_json::Value) -> Response {
    let mut response = Response::new(Body::from(error.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, JSON);
    response
}
