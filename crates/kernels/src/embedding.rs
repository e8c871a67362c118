//! Rows of tables, added up: the input of the first layer, and its gradient.

use crate::Compute;

/// Which rows of the tables a token adds up.
#[derive(Debug, Clone, Copy)]
pub struct Tokens<'a> {
    /// Row of the table of words. Shape: `[tokens]`.
    pub ids: &'a [u32],
    /// Row of the table of positions. Shape: `[tokens]`.
    pub positions: &'a [u32],
}

/// Tokens of a task.
const BLOCK: usize = 64;

impl Tokens<'_> {
    /// `out = words[id] + positions[position] + segment`.
    ///
    /// # Shapes
    ///
    /// `words: [vocabulary, hidden]`, `positions: [positions, hidden]`, `segment: [hidden]`, `out: [tokens, hidden]`
    ///
    /// # Panics
    ///
    /// If the shapes do not fit, or a row is outside its table.
    pub fn embed(
        self,
        compute: Compute,
        words: &[f32],
        positions: &[f32],
        segment: &[f32],
        out: &mut [f32],
    ) {
        let hidden = segment.len();
        assert!(self.ids.len() == self.positions.len() && out.len() == self.ids.len() * hidden);
        compute.each_block(out, BLOCK * hidden, |block, out| {
            let tokens = self.ids.iter().zip(self.positions).skip(block * BLOCK);
            for ((id, position), out) in tokens.zip(out.chunks_exact_mut(hidden)) {
                let (word, position) = (row(words, *id, hidden), row(positions, *position, hidden));
                for (((out, word), position), segment) in
                    out.iter_mut().zip(word).zip(position).zip(segment)
                {
                    *out = word + (position + segment);
                }
            }
        });
    }
}

fn row(table: &[f32], row: u32, hidden: usize) -> &[f32] {
    &table[row as usize * hidden..][..hidden]
}

/// Adds each row of `gradient` to the row of `table` that it came from; a row used twice gets both, in order.
///
/// # Shapes
///
/// `rows: [tokens]`, `gradient: [tokens, hidden]`, `table: [.., hidden]`
///
/// # Panics
///
/// If the shapes do not fit, or a row is outside the table.
pub fn scatter_add(rows: &[u32], gradient: &[f32], hidden: usize, table: &mut [f32]) {
    assert!(hidden > 0 && gradient.len() == rows.len() * hidden);
    for (row, gradient) in rows.iter().zip(gradient.chunks_exact(hidden)) {
        let to = &mut table[*row as usize * hidden..][..hidden];
        for (to, gradient) in to.iter_mut().zip(gradient) {
            *to += gradient;
        }
    }
}
