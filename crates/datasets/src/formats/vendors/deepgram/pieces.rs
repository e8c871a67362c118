//! What was said, in pieces of one voice and in order: [`of`].

use super::{Alternative, Channel, Object, Paragraph, Results, Span, Spoken, Utterance, given};

/// What one voice said.
pub(super) struct Piece {
    pub(super) label: Option<String>,
    pub(super) text: String,
    pub(super) span: Span,
    /// Whether it is a single word, and goes together with those around it.
    is_word: bool,
}

/// All pieces of a call.
pub(super) fn of(results: &Results) -> Vec<Piece> {
    let channels = results.channels.as_deref().unwrap_or_default();
    let utterances = results.utterances.as_deref().unwrap_or_default();
    let beyond_first = |utterance: &Object<Utterance>| {
        given(utterance.0.channel.as_ref()).is_some_and(|channel| channel != "0")
    };
    let are_several = channels.len() > 1 || utterances.iter().any(beyond_first);
    let mut pieces: Vec<Piece> = if utterances.is_empty() {
        let numbered = channels.iter().enumerate();
        numbered
            .flat_map(|(number, channel)| {
                of_channel(
                    &channel.0,
                    are_several.then(|| number.to_string()).as_deref(),
                )
            })
            .collect()
    } else {
        let piece = |utterance: &Object<Utterance>| of_utterance(&utterance.0, are_several);
        utterances.iter().map(piece).collect()
    };
    if are_several && pieces.iter().all(|piece| piece.span.start_ms.is_some()) {
        pieces.sort_by_key(|piece| piece.span.start_ms);
    }
    together(pieces)
}

fn of_utterance(utterance: &Utterance, are_several: bool) -> Piece {
    let channel = given(utterance.channel.as_ref()).filter(|_| are_several);
    Piece {
        label: label(channel, given(utterance.speaker.as_ref())),
        text: utterance.transcript.clone().unwrap_or_default(),
        span: Span::of_seconds(utterance.start, utterance.end),
        is_word: false,
    }
}

fn of_channel(channel: &Channel, number: Option<&str>) -> Vec<Piece> {
    let alternatives = channel.alternatives.as_deref().unwrap_or_default();
    let Some(Object(best)) = alternatives.first() else {
        return Vec::new();
    };
    let paragraphs = best.paragraphs.as_ref();
    let paragraphs = paragraphs.and_then(|paragraphs| paragraphs.0.paragraphs.as_deref());
    let words = best.words.as_deref().unwrap_or_default();
    match paragraphs.unwrap_or_default() {
        [] if words.is_empty() => of_transcript(best, number),
        [] => words.iter().map(|word| of_word(&word.0, number)).collect(),
        paragraphs => paragraphs
            .iter()
            .map(|paragraph| of_paragraph(&paragraph.0, number))
            .collect(),
    }
}

fn of_paragraph(paragraph: &Paragraph, channel: Option<&str>) -> Piece {
    let sentences = paragraph.sentences.as_deref().unwrap_or_default();
    let texts = sentences
        .iter()
        .filter_map(|sentence| sentence.0.text.as_deref());
    Piece {
        label: label(channel, given(paragraph.speaker.as_ref())),
        text: texts.collect::<Vec<_>>().join(" "),
        span: Span::of_seconds(paragraph.start, paragraph.end),
        is_word: false,
    }
}

fn of_word(word: &Spoken, channel: Option<&str>) -> Piece {
    let text = word.punctuated_word.as_ref().or(word.word.as_ref());
    Piece {
        label: label(channel, given(word.speaker.as_ref())),
        text: text.cloned().unwrap_or_default(),
        span: Span::of_seconds(word.start, word.end),
        is_word: true,
    }
}

fn of_transcript(alternative: &Alternative, channel: Option<&str>) -> Vec<Piece> {
    let piece = |text: &String| Piece {
        label: label(channel, None),
        text: text.clone(),
        span: Span::default(),
        is_word: false,
    };
    alternative.transcript.iter().map(piece).collect()
}

fn label(channel: Option<&str>, speaker: Option<&str>) -> Option<String> {
    match (channel, speaker) {
        (None, None) => None,
        (None, Some(speaker)) => Some(format!("speaker_{speaker}")),
        (Some(channel), None) => Some(format!("channel_{channel}")),
        (Some(channel), Some(speaker)) => Some(format!("channel_{channel}_speaker_{speaker}")),
    }
}

/// Joins words of one voice in a row.
fn together(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut joined: Vec<Piece> = Vec::new();
    for piece in pieces {
        match joined.last_mut() {
            Some(last) if last.is_word && piece.is_word && last.label == piece.label => {
                last.text.push(' ');
                last.text.push_str(&piece.text);
                last.span = last.span.to(piece.span);
            }
            _ => joined.push(piece),
        }
    }
    joined
}
