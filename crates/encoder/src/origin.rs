//! Whence an encoder is and on what terms: [`Origin`].

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::pull::known_by_weights;

/// The file of the Hub that tells a licence, at the head of a model's folder.
const README: &str = "README.md";

/// Longest README that is looked at, in bytes: the licence stands in its first lines.
const LONGEST_README: u64 = 1 << 20;

/// Name and licence of an encoder, as far as the folder or the program knows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Name of the model whose weights these are, as on the Hub; else the name of the folder.
    pub name: String,
    /// Its licence, as the SPDX list or the Hub writes it; none where nobody says.
    pub licence: Option<String>,
}

impl Origin {
    /// That of a folder with these weights. A model that [`pull`](crate::pull) knows is known by the digest of its
    /// weights, whatever its folder is called; else the head of a `README.md` in the folder may tell the licence.
    pub(crate) fn of(folder: &Path, weights_sha256: &str) -> Self {
        if let Some(known) = known_by_weights(weights_sha256) {
            return known;
        }
        // The last name of `.` is that of the folder it stands for.
        let whole = fs_err::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
        let name = whole.file_name().map(|name| name.to_string_lossy());
        Self {
            name: name.map_or_else(|| "unknown".to_owned(), std::borrow::Cow::into_owned),
            licence: readme(folder).as_deref().and_then(licence),
        }
    }
}

fn readme(folder: &Path) -> Option<String> {
    let path = folder.join(README);
    let short = fs_err::metadata(&path).ok()?.len() <= LONGEST_README;
    if short {
        fs_err::read_to_string(path).ok()
    } else {
        None
    }
}

/// The value of `license:` between the two `---` at the head of a model card.
fn licence(readme: &str) -> Option<String> {
    let mut lines = readme.lines().map(str::trim_end);
    lines.next().filter(|first| *first == "---")?;
    let head = lines.take_while(|line| *line != "---");
    let said = head.filter_map(|line| line.strip_prefix("license:"));
    let value = said.map(|value| value.trim().trim_matches(['"', '\'']));
    value
        .filter(|value| !value.is_empty() && !value.starts_with(['[', '#']))
        .map(str::to_owned)
        .next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_card_tells_the_licence_at_its_head_and_nowhere_else() {
        for (readme, expected) in [
            (
                "---\nlanguage: en\nlicense: apache-2.0\n---\n# Model",
                Some("apache-2.0"),
            ),
            ("---\nlicense: \"mit\"\n---\n", Some("mit")),
            ("---\nlanguage: en\n---\nlicense: mit", None),
            ("---\nlicense:\n- mit\n---\n", None),
            ("license: mit", None),
            ("", None),
        ] {
            assert_eq!(licence(readme).as_deref(), expected, "{readme}");
        }
    }

    #[test]
    fn known_weights_are_known_in_any_folder_and_others_by_their_folder() {
        let minilm = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db";
        let folder = tempfile::tempdir().unwrap();
        let ours = folder.path().join("ours");
        fs_err::create_dir(&ours).unwrap();
        let known = Origin::of(&ours, minilm);
        assert_eq!(known.name, "sentence-transformers/all-MiniLM-L6-v2");
        assert_eq!(known.licence.as_deref(), Some("Apache-2.0"));
        let unknown = Origin {
            name: "ours".to_owned(),
            licence: None,
        };
        assert_eq!(Origin::of(&ours, "00"), unknown);
        fs_err::write(ours.join(README), "---\nlicense: mit\n---\n").unwrap();
        assert_eq!(Origin::of(&ours, "00").licence.as_deref(), Some("mit"));
    }
}
