//! Where a new collection keeps what: [`LayoutArgs`].

use clap::{Args, ValueEnum};
use upturn::Quantization;
use upturn::vectorstore::edge::EdgeLayout;

/// Options of a collection that is made; one that is there stays as it is.
#[derive(Debug, Clone, Copy, Args)]
#[command(next_help_heading = "Layout, when the collection is made or filled anew")]
pub(crate) struct LayoutArgs {
    /// Leave the vectors on the disk, mapped into memory as they are used.
    #[arg(long)]
    vectors_on_disk: bool,
    /// Leave the graph on the disk.
    #[arg(long)]
    graph_on_disk: bool,
    /// Look at a smaller form of each vector first, and rescore with the whole ones.
    #[arg(long, value_enum, value_name = "FORM")]
    quantization: Option<Form>,
}

/// A smaller form of a vector.
#[derive(Debug, Clone, Copy, ValueEnum, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Form {
    /// A byte for each number, twice as many candidates.
    Scalar,
    /// A bit for each number, four times as many candidates.
    Binary,
}

impl From<Form> for Quantization {
    fn from(form: Form) -> Self {
        match form {
            Form::Scalar => Self::Scalar { oversampling: 2.0 },
            Form::Binary => Self::Binary { oversampling: 4.0 },
        }
    }
}

impl LayoutArgs {
    /// What was typed; none if nothing was.
    pub(crate) fn layout(self) -> Option<EdgeLayout> {
        let layout = EdgeLayout {
            vectors_on_disk: self.vectors_on_disk,
            words_on_disk: self.vectors_on_disk,
            graph_on_disk: self.graph_on_disk,
            quantization: self.quantization.map(Into::into),
        };
        (layout != EdgeLayout::default()).then_some(layout)
    }
}
