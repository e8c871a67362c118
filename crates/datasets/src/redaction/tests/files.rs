//! Options and keys that come from a file.

use super::*;

#[test]
fn options_come_from_a_file_and_bad_patterns_are_refused_by_name() {
    let options: RedactionOptions = serde_json::from_value(
        json!({"kinds": ["EMAIL"], "custom": [{"name": "A1", "pattern": r"\bA-\d+"}]}),
    )
    .unwrap();
    let key = PseudonymKey::new(*b"0123456789abcdef").unwrap();
    let redactor = Redactor::new(options.with_key(key.clone())).unwrap();
    let redacted = redactor
        .redact(&call(&["Jane A-77b a@example.com 415-555-0132"]), &people())
        .unwrap();
    assert_eq!(texts(&redacted), ["Jane [A1_1] [EMAIL_1] 415-555-0132"]);
    let refused = |name: &str, pattern: &str| {
        Redactor::new(
            RedactionOptions::default()
                .with_key(key.clone())
                .with_custom(name, pattern),
        )
        .unwrap_err()
    };
    assert!(matches!(
        refused("EMAIL", "a"),
        RedactionError::PatternName { place: 1 }
    ));
    assert!(matches!(
        refused("lower", "a"),
        RedactionError::PatternName { place: 1 }
    ));
    assert!(matches!(
        refused("OPEN", "("),
        RedactionError::Pattern { .. }
    ));
    assert!(matches!(
        Redactor::new(RedactionOptions::default()),
        Err(RedactionError::NoKey)
    ));
    assert!(serde_json::from_value::<RedactionOptions>(json!({"kinds": ["REP"]})).is_err());
}

#[test]
fn a_key_file_restores_goes_on_where_it_was_and_is_its_owners_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.jsonl");
    let calls = ["Jane Doe, Jane", "a@example.com", "nothing"].map(|text| call(&[text]));
    let calls: Vec<_> = calls
        .into_iter()
        .enumerate()
        .map(|(at, call)| {
            Conversation::new(
                ConversationId::new(format!("c{at}")).unwrap(),
                call.turns().to_vec(),
            )
            .unwrap()
        })
        .collect();
    let redacted: Vec<_> = calls.iter().map(redact).collect();
    let mut writer = KeyFileWriter::create(&path).unwrap();
    writer.write(&redacted[0]).unwrap();
    let length = writer.flush().unwrap();
    writer.write(&redacted[1]).unwrap();
    writer.flush().unwrap();
    drop(writer);
    let mut resumed = KeyFileWriter::resume(&path, length).unwrap();
    assert_eq!(fs_err::metadata(&path).unwrap().len(), length);
    resumed.write(&redacted[1]).unwrap();
    resumed.write(&redacted[2]).unwrap();
    let whole = resumed.flush().unwrap();
    assert_eq!(fs_err::read(&path).unwrap().len() as u64, whole);
    assert_eq!(fs_err::read_to_string(&path).unwrap().lines().count(), 2);
    let keys = KeyFile::read(&path).unwrap();
    for (call, redacted) in calls.iter().zip(&redacted) {
        assert_eq!(&keys.restore(&redacted.conversation).unwrap(), call);
    }
    assert!(matches!(
        KeyFileWriter::create(&path),
        Err(RedactionError::Exists { .. })
    ));
    assert!(matches!(
        KeyFileWriter::resume(&path, whole + 1),
        Err(RedactionError::Truncated { .. })
    ));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(
            fs_err::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
    fs_err::write(&path, "{\"conversation\":\"Jane\"}\n").unwrap();
    let error = KeyFile::read(&path).unwrap_err();
    assert!(
        matches!(error, RedactionError::BrokenLine { line: 1, .. })
            && !error.to_string().contains("Jane")
    );
}
