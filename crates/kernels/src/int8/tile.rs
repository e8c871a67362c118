//! A tile of sums in registers: the innermost loops of the product in eight bits.

use crate::level::Level;
use crate::matmul::TileShape;

use super::packed::GROUP;

/// Numbers of the largest tile of any level.
const LARGEST_TILE: usize = 8 * 48;

/// The sums of a tile. Shape: `[rows, width]`.
pub(super) struct Sums([i32; LARGEST_TILE]);

impl Default for Sums {
    fn default() -> Self {
        Self([0; LARGEST_TILE])
    }
}

impl Sums {
    pub(super) fn as_slice(&self) -> &[i32] {
        &self.0
    }
}

/// `Σ q w` of some rows of codes and a panel.
///
/// Inlined where it is called, so that a loop of tiles is one function of its level.
///
/// # Panics
///
/// If a side is shorter than the tile.
#[inline(always)]
pub(super) fn tile_sums(
    level: Level,
    codes: &[u8],
    stride: usize,
    rows: usize,
    panel: &[i8],
    sums: &mut Sums,
) {
    let shape = TileShape::of(level);
    let vectors = panel.len() / stride / shape.lanes;
    assert!((1..=shape.rows).contains(&rows) && (1..=shape.vectors).contains(&vectors));
    assert!(codes.len() >= rows * stride && panel.len() == stride * vectors * shape.lanes);
    match level {
        #[cfg(target_arch = "x86_64")]
        Level::Avx512 => avx512::run(codes, stride, rows, panel, vectors, &mut sums.0),
        #[cfg(target_arch = "x86_64")]
        Level::Avx2 => avx2::run(codes, stride, rows, panel, vectors, &mut sums.0),
        _ => plain(codes, stride, rows, panel, &mut sums.0),
    }
}

/// Columns of a portable tile.
const WIDTH: usize = TileShape::of(Level::Portable).width();

/// Plain Rust, which the compiler turns into the target's own vectors.
#[inline(always)]
fn plain(codes: &[u8], stride: usize, rows: usize, panel: &[i8], sums: &mut [i32; LARGEST_TILE]) {
    let panel = panel.as_chunks::<{ GROUP * WIDTH }>().0;
    let rows = codes.chunks_exact(stride).take(rows);
    for (codes, sums) in rows.zip(sums.as_chunks_mut::<WIDTH>().0) {
        *sums = row_sums(codes.as_chunks::<GROUP>().0, panel);
    }
}

/// A row of a portable tile: its sums stay in registers.
#[inline(always)]
fn row_sums(codes: &[[u8; GROUP]], panel: &[[i8; GROUP * WIDTH]]) -> [i32; WIDTH] {
    let mut sums = [0; WIDTH];
    for (codes, weights) in codes.iter().zip(panel) {
        let codes = codes.map(i32::from);
        for (sum, weights) in sums.iter_mut().zip(weights.as_chunks::<GROUP>().0) {
            for (code, weight) in codes.iter().zip(weights) {
                *sum += code * i32::from(*weight);
            }
        }
    }
    sums
}

/// The tile in the intrinsics of one level.
#[cfg(target_arch = "x86_64")]
macro_rules! vector_tile {
    (
        $module:ident, $feature:literal, $lanes:literal, [$($rows:literal),*], [$($vectors:literal),*],
        [$($import:ident),*], $zero:ident, $set:ident, $load:ident, $store:ident, $sum:expr
    ) => {
        #[allow(
            unsafe_code,
            reason = "vector instructions on pointers; the bounds are asserted once a tile"
        )]
        #[allow(
            clippy::cast_ptr_alignment,
            reason = "these loads and stores ask for no alignment"
        )]
        mod $module {
            use std::arch::x86_64::{$zero, $set, $load, $store, $($import),*};

            use super::{GROUP, LARGEST_TILE};

            #[inline(always)]
            pub(super) fn run(
                codes: &[u8],
                stride: usize,
                rows: usize,
                panel: &[i8],
                vectors: usize,
                sums: &mut [i32; LARGEST_TILE],
            ) {
                match vectors {
                    $($vectors => by_rows::<$vectors>(codes, stride, rows, panel, sums),)*
                    _ => unreachable!("no tile is that wide"),
                }
            }

            #[inline(always)]
            fn by_rows<const V: usize>(
                codes: &[u8],
                stride: usize,
                rows: usize,
                panel: &[i8],
                sums: &mut [i32; LARGEST_TILE],
            ) {
                match rows {
                    // SAFETY: `tile_sums` has asserted the lengths; `Compute` only holds levels of this machine.
                    $($rows => unsafe { compute::<$rows, V>(codes, stride, panel, sums) },)*
                    _ => unreachable!("no tile is that high"),
                }
            }

            /// # Safety
            ///
            /// `codes` must hold `R` rows of `stride`, `panel` `stride` rows of `V` vectors, and the machine the level.
            #[target_feature(enable = $feature)]
            unsafe fn compute<const R: usize, const V: usize>(
                codes: &[u8],
                stride: usize,
                panel: &[i8],
                sums: &mut [i32; LARGEST_TILE],
            ) {
                let mut tile = [[$zero(); V]; R];
                let (mut a, mut b) = (codes.as_ptr(), panel.as_ptr());
                for _ in 0..stride / GROUP {
                    let mut right = [$zero(); V];
                    for (vector, right) in right.iter_mut().enumerate() {
                        // SAFETY: inside the panel.
                        *right = unsafe { $load(b.add(vector * $lanes * GROUP).cast()) };
                    }
                    for (row, tile) in tile.iter_mut().enumerate() {
                        // SAFETY: four codes of a row, inside `codes`.
                        let left = unsafe { a.add(row * stride).cast::<i32>().read_unaligned() };
                        let left = $set(left);
                        for (sum, right) in tile.iter_mut().zip(right) {
                            *sum = $sum(*sum, left, right);
                        }
                    }
                    a = a.wrapping_add(GROUP);
                    b = b.wrapping_add(V * $lanes * GROUP);
                }
                for (vector, sum) in tile.iter().flatten().enumerate() {
                    // SAFETY: `R × V` vectors are at most the largest tile.
                    unsafe { $store(sums.as_mut_ptr().add(vector * $lanes).cast(), *sum) };
                }
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
vector_tile!(
    avx512,
    "avx512f,avx512vnni",
    16,
    [1, 2, 3, 4, 5, 6, 7, 8],
    [1, 2, 3],
    [_mm512_dpbusd_epi32],
    _mm512_setzero_si512,
    _mm512_set1_epi32,
    _mm512_loadu_si512,
    _mm512_storeu_si512,
    |sum, left, right| _mm512_dpbusd_epi32(sum, left, right)
);
// Two products are added in 16 bits: codes of 7 bits keep them from saturating (`largest_code`).
#[cfg(target_arch = "x86_64")]
vector_tile!(
    avx2,
    "avx2",
    8,
    [1, 2, 3, 4, 5, 6],
    [1, 2],
    [
        _mm256_add_epi32,
        _mm256_madd_epi16,
        _mm256_maddubs_epi16,
        _mm256_set1_epi16
    ],
    _mm256_setzero_si256,
    _mm256_set1_epi32,
    _mm256_loadu_si256,
    _mm256_storeu_si256,
    |sum, left, right| {
        let pairs = _mm256_maddubs_epi16(left, right);
        _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)))
    }
);
