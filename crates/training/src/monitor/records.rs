//! The framing of TensorBoard's files: [`framed`].

/// A record of a `TFRecord` file: length, its check sum, the bytes, their check sum; numbers little-endian.
///
/// Source: `RecordWriter` in `tensorboard/summary/writer/record_writer.py` of TensorBoard 2.21.0, and
/// <https://www.tensorflow.org/tutorials/load_data/tfrecord>.
pub(super) fn framed(bytes: &[u8]) -> Vec<u8> {
    let length = (bytes.len() as u64).to_le_bytes();
    [
        length.as_slice(),
        &masked(&length).to_le_bytes(),
        bytes,
        &masked(bytes).to_le_bytes(),
    ]
    .concat()
}

/// CRC-32C, rotated and shifted, so that the check sum of something that holds a check sum is no special case.
fn masked(bytes: &[u8]) -> u32 {
    crc32c::crc32c(bytes)
        .rotate_right(15)
        .wrapping_add(0xa282_ead8)
}

#[cfg(test)]
mod tests {
    use super::super::protobuf::{Event, What};
    use super::*;
    use crate::checkpoint::hex;

    /// ```python
    /// w = RecordWriter(f)    # tensorboard 2.21.0, protobuf 7.36.2, Python 3.11.7
    /// w.write(Event(wall_time=1.5, file_version="brain.Event:2").SerializeToString())
    /// e = Event(wall_time=2.5, step=300)
    /// v = e.summary.value.add(); v.tag = "loss"; v.simple_value = 0.625; w.write(e.SerializeToString())
    /// e = Event(wall_time=3.5, step=7); e.session_log.status = 1; w.write(e.SerializeToString())
    /// ```
    const THEIRS: [&str; 3] = [
        "1800000000000000a37f4b2209000000000000f83f1a0d627261696e2e4576656e743a322a28646c",
        "1b000000000000001a0d9e1309000000000000044010ac022a0d0a0b0a046c6f7373150000203fe788c868",
        "0f000000000000006d532b09090000000000000c4010073a0208018c2b37c8",
    ];

    #[test]
    fn events_are_framed_as_tensorboard_frames_them() {
        let events = [
            (1.5, 0, What::FileVersion),
            (2.5, 300, What::Scalars(&[("loss", 0.625)])),
            (3.5, 7, What::Restart),
        ];
        for ((wall_time, step, what), theirs) in events.into_iter().zip(THEIRS) {
            let event = Event {
                wall_time,
                step,
                what,
            };
            assert_eq!(hex(&framed(&event.bytes())), theirs);
        }
    }
}
