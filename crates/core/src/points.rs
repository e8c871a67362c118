//! A call as a store keeps it: [`points`].

use crate::{Conversation, Document, Embedding, EncodedMoment, Moment, Point};

/// One point a moment and one for the whole call, whose vector is the normalised mean of the moments'.
///
/// A call whose moments point in exactly opposite directions has no mean, and then no point of its own.
pub fn points(conversation: &Conversation, moments: &[EncodedMoment]) -> Vec<Point> {
    let mut points: Vec<Point> = moments
        .iter()
        .map(|encoded| Point {
            document: Document::from_moment(conversation, &encoded.moment),
            embedding: encoded.embedding.clone(),
        })
        .collect();
    let plain: Vec<Moment> = moments
        .iter()
        .map(|encoded| encoded.moment.clone())
        .collect();
    points.extend(mean(moments).map(|embedding| Point {
        document: Document::from_call(conversation, &plain),
        embedding,
    }));
    points
}

fn mean(moments: &[EncodedMoment]) -> Option<Embedding> {
    let mut sum = vec![0f32; moments.first()?.embedding.dimension()];
    for moment in moments {
        for (sum, value) in sum.iter_mut().zip(moment.embedding.as_slice()) {
            *sum += value;
        }
    }
    Embedding::normalized(sum).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ConversationId, DocumentKind, Speaker, Turn, TurnRange};

    fn encoded(start: usize, vector: [f32; 2]) -> EncodedMoment {
        EncodedMoment {
            moment: Moment {
                conversation: ConversationId::new("c").unwrap(),
                turns: TurnRange {
                    start,
                    end: start + 1,
                },
                text: format!("moment {start}"),
            },
            embedding: Embedding::normalized(vector.to_vec()).unwrap(),
            turns: Vec::new(),
        }
    }

    #[test]
    fn a_call_has_a_point_for_each_moment_and_one_for_all() {
        let turns = vec![
            Turn::new(Speaker::Seller, "a"),
            Turn::new(Speaker::Buyer, "b"),
        ];
        let call = Conversation::new(ConversationId::new("c").unwrap(), turns).unwrap();
        let points = points(&call, &[encoded(0, [1.0, 0.0]), encoded(1, [0.0, 1.0])]);
        let kinds: Vec<_> = points
            .iter()
            .map(|point| point.document.metadata.kind)
            .collect();
        assert_eq!(
            kinds,
            [
                DocumentKind::Moment,
                DocumentKind::Moment,
                DocumentKind::Call
            ]
        );
        assert_eq!(points[2].embedding.as_slice(), [0.5f32.sqrt(); 2]);
        assert_eq!(points[2].document.page_content, "moment 0\nmoment 1");
        let ids: std::collections::HashSet<_> =
            points.iter().map(|point| point.document.id()).collect();
        assert_eq!(ids.len(), 3);
    }
}
