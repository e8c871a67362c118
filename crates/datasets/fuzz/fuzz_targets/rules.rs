//! What users write by hand: no panic, whatever it is.
#![no_main]

use libfuzzer_sys::fuzz_target;
use upturn_datasets::{ColumnMapping, CrmMapping, LabelRules, RoleRules};

fuzz_target!(|text: &str| {
    let _ = RoleRules::from_toml(text);
    let _ = LabelRules::from_toml(text);
    let _ = ColumnMapping::from_toml(text);
    let _ = CrmMapping::from_toml(text);
    let _ = ColumnMapping::default().with_flag(text);
});
