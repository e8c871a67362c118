//! The report with pictures: [`write()`].

use std::path::Path;

use upturn::eval::{AtPrefix, Protocol, ReportBuilder, Runs};

use super::out_of_fold::Method;
use crate::failure::Failure;

/// Writes the three forms of the report into a folder.
///
/// # Errors
///
/// Why it could not be made or written.
pub(super) fn write(
    folder: &Path,
    data: &Path,
    prefixes: &[f64],
    methods: &[Method],
    protocol: Protocol,
) -> Result<(), Failure> {
    let mut methods = methods.iter();
    let Some(ours) = methods.next() else {
        return Ok(());
    };
    let name = data.file_stem().unwrap_or(data.as_os_str());
    let mut builder = ReportBuilder::new(name.to_string_lossy(), ours.name, at(prefixes, ours)?);
    for method in methods {
        builder = builder.with_baseline(method.name, at(prefixes, method)?);
    }
    builder.with_protocol(protocol).build()?.write(folder)?;
    Ok(())
}

fn at(prefixes: &[f64], method: &Method) -> Result<Vec<AtPrefix>, Failure> {
    let one = |(prefix, predictions): (&f64, &upturn::eval::Predictions)| {
        Ok(AtPrefix {
            prefix: *prefix,
            runs: Runs::new(vec![predictions.clone()])?,
        })
    };
    prefixes.iter().zip(&method.at).map(one).collect()
}
