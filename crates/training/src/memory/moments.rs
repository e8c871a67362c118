//! Moments as bytes: [`encoded`] and [`decoded`].

use upturn_core::{
    ConversationId, Embedding, EncodedMoment, EncodedTurn, Moment, Speaker, TurnRange,
};

/// What a moment takes in memory besides its numbers and its text.
const MOMENT: usize = size_of::<EncodedMoment>() + 64;

/// What a turn takes besides its numbers.
const TURN: usize = size_of::<EncodedTurn>();

/// Bytes of moments in memory, about.
pub(crate) fn bytes_of(moments: &[EncodedMoment]) -> usize {
    let turn = |turn: &EncodedTurn| TURN + size_of_val(turn.vector.as_slice());
    let of = |moment: &EncodedMoment| {
        let turns: usize = moment.turns.iter().map(turn).sum();
        MOMENT + turns + moment.moment.text.len() + size_of_val(moment.embedding.as_slice())
    };
    moments.iter().map(of).sum()
}

/// Moments as bytes, all but the name of the conversation.
pub(crate) fn encoded(moments: &[EncodedMoment]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(bytes_of(moments));
    for EncodedMoment {
        moment,
        embedding,
        turns,
    } in moments
    {
        for number in [moment.turns.start, moment.turns.end, moment.text.len()] {
            bytes.extend((number as u64).to_le_bytes());
        }
        bytes.extend(moment.text.as_bytes());
        put_vector(&mut bytes, embedding.as_slice());
        bytes.extend((turns.len() as u64).to_le_bytes());
        for turn in turns {
            bytes.push(turn.speaker as u8);
            put_vector(&mut bytes, &turn.vector);
        }
    }
    bytes
}

fn put_vector(bytes: &mut Vec<u8>, vector: &[f32]) {
    bytes.extend((vector.len() as u64).to_le_bytes());
    bytes.extend(vector.iter().flat_map(|number| number.to_le_bytes()));
}

/// What [`encoded`] was given, to the bit; none of other bytes.
pub(crate) fn decoded(mut bytes: &[u8], of: &ConversationId) -> Option<Vec<EncodedMoment>> {
    let mut moments = Vec::new();
    while !bytes.is_empty() {
        moments.push(take_moment(&mut bytes, of)?);
    }
    Some(moments)
}

fn take_moment(bytes: &mut &[u8], of: &ConversationId) -> Option<EncodedMoment> {
    let (start, end, length) = (
        take_number(bytes)?,
        take_number(bytes)?,
        take_number(bytes)?,
    );
    let text = str::from_utf8(take(bytes, length)?).ok()?.to_owned();
    let embedding = Embedding::from_unit(take_vector(bytes)?).ok()?;
    let turns = take_number(bytes)?;
    let turns = (0..turns)
        .map(|_| take_turn(bytes))
        .collect::<Option<_>>()?;
    Some(EncodedMoment {
        moment: Moment {
            conversation: of.clone(),
            turns: TurnRange { start, end },
            text,
        },
        embedding,
        turns,
    })
}

fn take_turn(bytes: &mut &[u8]) -> Option<EncodedTurn> {
    let speaker = *take(bytes, 1)?.first()?;
    let known = [Speaker::Seller, Speaker::Buyer, Speaker::Other];
    Some(EncodedTurn {
        speaker: known.into_iter().find(|known| *known as u8 == speaker)?,
        vector: take_vector(bytes)?,
    })
}

fn take_vector(bytes: &mut &[u8]) -> Option<Vec<f32>> {
    let length = take_number(bytes)?;
    let (numbers, _) = take(bytes, length.checked_mul(4)?)?.as_chunks();
    Some(
        numbers
            .iter()
            .map(|number| f32::from_le_bytes(*number))
            .collect(),
    )
}

fn take_number(bytes: &mut &[u8]) -> Option<usize> {
    let number = *take(bytes, 8)?.first_chunk()?;
    u64::from_le_bytes(number).try_into().ok()
}

fn take<'a>(bytes: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    bytes.split_off(..length)
}

#[cfg(test)]
mod tests {
    use upturn_core::MomentEncoder as _;

    use super::*;
    use crate::examples::{calls, tiny_encoder};

    #[test]
    fn moments_come_back_to_the_bit() {
        for call in calls(3) {
            let moments = tiny_encoder().encode(&[call.whole()]).unwrap().remove(0);
            let bytes = encoded(&moments);
            assert_eq!(decoded(&bytes, call.id()), Some(moments.clone()));
            assert_eq!(decoded(&bytes[..bytes.len() - 1], call.id()), None);
            assert!(bytes_of(&moments) >= bytes.len());
        }
    }
}
