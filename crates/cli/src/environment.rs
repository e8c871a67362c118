//! Every environment variable that the program reads: [`Environment`].

use std::env;
use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

/// What the environment says. A flag on the command line goes before it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Environment {
    /// `UPTURN_CACHE`: where pulled models are kept. `upturn/models` in the user's cache folder by default.
    pub(crate) cache: Option<PathBuf>,
    /// `HF_ENDPOINT`: address of a mirror of the Hugging Face Hub. The Hub itself by default.
    pub(crate) hub: Option<String>,
    /// `UPTURN_QDRANT_API_KEY`: the key of the Qdrant server that `--store` names. None by default.
    pub(crate) server_key: Option<Secret>,
    /// `UPTURN_CHAT_API_KEY`: the key of the language model's provider. None by default.
    pub(crate) chat_key: Option<Secret>,
    /// `UPTURN_MCP_KEY`: what hosts have to show to `upturn mcp --http`. None by default.
    pub(crate) mcp_key: Option<Secret>,
    /// `NO_COLOR` (any text), or `TERM=dumb`: no colours.
    pub(crate) colourless: bool,
}

/// A text that is never shown.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(pub(crate) String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secret").finish_non_exhaustive()
    }
}

impl Environment {
    /// Reads the process's environment; an empty variable counts as none.
    pub(crate) fn read() -> Self {
        Self::of(|name| env::var_os(name))
    }

    fn of(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let set = |name| variable(name).filter(|value| !value.is_empty());
        let secret = |name| set(name)?.into_string().ok().map(Secret);
        Self {
            cache: set("UPTURN_CACHE").map(PathBuf::from),
            hub: set("HF_ENDPOINT").and_then(|address| address.into_string().ok()),
            server_key: secret("UPTURN_QDRANT_API_KEY"),
            chat_key: secret("UPTURN_CHAT_API_KEY"),
            mcp_key: secret("UPTURN_MCP_KEY"),
            colourless: set("NO_COLOR").is_some() || set("TERM").is_some_and(|name| name == "dumb"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_variable_is_none() {
        assert_eq!(
            Environment::of(|_| Some(OsString::new())),
            Environment::default()
        );
        let all = Environment::of(|name| Some(OsString::from(name)));
        assert_eq!(all.cache, Some(PathBuf::from("UPTURN_CACHE")));
        assert_eq!(all.hub.as_deref(), Some("HF_ENDPOINT"));
        assert!(all.colourless);
        assert_eq!(
            all.server_key,
            Some(Secret("UPTURN_QDRANT_API_KEY".to_owned()))
        );
        assert!(all.chat_key.is_some() && all.mcp_key.is_some());
        let shown = format!("{all:?}");
        assert!(!shown.contains("API_KEY") && !shown.contains("MCP_KEY"));
    }
}
