//! A tile of C in registers: the innermost loops, one for each level.
#![allow(
    unsafe_code,
    reason = "vector instructions on pointers; the bounds are asserted once a tile, not once a number"
)]

use crate::level::Level;
use crate::shared::Shared;

use super::LARGEST_TILE;

/// How large a tile is at a level: what fits into its registers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TileShape {
    /// Rows of C.
    pub(crate) rows: usize,
    /// Numbers of a vector.
    pub(crate) lanes: usize,
    /// Vectors of a row.
    pub(crate) vectors: usize,
}

impl TileShape {
    #[inline]
    pub(crate) const fn of(level: Level) -> Self {
        let (rows, lanes, vectors) = match level {
            Level::Avx512 => (8, 16, 3),
            Level::Avx2 => (6, 8, 2),
            Level::Portable => (6, 8, 1),
        };
        Self {
            rows,
            lanes,
            vectors,
        }
    }

    #[inline]
    pub(crate) const fn width(self) -> usize {
        self.lanes * self.vectors
    }
}

#[derive(Clone, Copy)]
pub(super) enum TileStart<'a> {
    Zero,
    Bias(&'a [f32]),
    Existing,
}

/// A product of a strip of A and a panel of B.
pub(super) struct Tile<'a> {
    pub(super) depth: usize,
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) a: &'a [f32],
    /// From a row to the next, from a column to the next.
    pub(super) a_strides: (usize, usize),
    /// `[depth, columns rounded up to whole vectors]`
    pub(super) b: &'a [f32],
    pub(super) start: TileStart<'a>,
}

impl Tile<'_> {
    /// Computes into `c` at `at`, rows `row_stride` apart.
    ///
    /// # Safety
    ///
    /// Nobody else may touch this tile of `c` meanwhile.
    ///
    /// # Panics
    ///
    /// If a side is shorter than the tile.
    pub(super) unsafe fn compute(&self, level: Level, c: Shared<'_>, at: usize, row_stride: usize) {
        let shape = TileShape::of(level);
        let vectors = self.columns.div_ceil(shape.lanes);
        assert!((1..=shape.rows).contains(&self.rows) && (1..=shape.vectors).contains(&vectors));
        assert!(self.b.len() >= self.depth * vectors * shape.lanes);
        let (row, column) = self.a_strides;
        assert!(
            self.depth == 0 || (self.rows - 1) * row + (self.depth - 1) * column < self.a.len()
        );
        assert!(at + (self.rows - 1) * row_stride + self.columns <= c.len());
        let whole = vectors * shape.lanes == self.columns;
        if whole {
            // SAFETY: the sides are long enough, as just asserted; the tile of C is the caller's alone.
            unsafe { self.run(level, vectors, c.pointer(at), row_stride, &self.start) };
        } else {
            // SAFETY: as above; the product goes into a place of our own first.
            unsafe { self.edge(level, vectors, c, at, row_stride) };
        }
    }

    /// A tile whose last vector is partly outside C.
    ///
    /// # Safety
    ///
    /// As [`compute`](Self::compute), after its assertions.
    unsafe fn edge(
        &self,
        level: Level,
        vectors: usize,
        c: Shared<'_>,
        at: usize,
        row_stride: usize,
    ) {
        let mut product = [0f32; LARGEST_TILE];
        let width = TileShape::of(level).width();
        // SAFETY: `product` holds the largest tile of any level.
        unsafe {
            self.run(
                level,
                vectors,
                product.as_mut_ptr(),
                width,
                &TileStart::Zero,
            );
        };
        for (row, product) in product.chunks(width).enumerate().take(self.rows) {
            // SAFETY: the caller's tile.
            let cells = unsafe { c.row(at + row * row_stride, self.columns) };
            for (column, (cell, product)) in cells.iter_mut().zip(product).enumerate() {
                *cell = product
                    + match self.start {
                        TileStart::Zero => 0.0,
                        TileStart::Bias(bias) => bias[column],
                        TileStart::Existing => *cell,
                    };
            }
        }
    }

    /// # Safety
    ///
    /// `c` must be valid for `rows` rows of `vectors` whole vectors, `row_stride` apart, the sides as long as
    /// [`compute`](Self::compute) asserts, and the level this machine's.
    #[cfg_attr(
        not(target_arch = "x86_64"),
        expect(unused_variables, reason = "a portable tile is one vector wide")
    )]
    unsafe fn run(
        &self,
        level: Level,
        vectors: usize,
        c: *mut f32,
        row_stride: usize,
        start: &TileStart<'_>,
    ) {
        let out = Out {
            c,
            row_stride,
            start,
        };
        match level {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: the caller's.
            Level::Avx512 => unsafe { avx512::run(self, vectors, out) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: the caller's.
            Level::Avx2 => unsafe { avx2::run(self, vectors, out) },
            // SAFETY: the caller's.
            _ => unsafe { portable::run(self, out) },
        }
    }
}

#[derive(Clone, Copy)]
struct Out<'a> {
    c: *mut f32,
    row_stride: usize,
    /// By reference: copying it would wait for its fields to be written.
    start: &'a TileStart<'a>,
}

/// Panel rows that are asked for ahead of their use.
#[cfg(target_arch = "x86_64")]
const AHEAD: usize = 8;

/// The tile in the intrinsics of one level.
#[cfg(target_arch = "x86_64")]
macro_rules! vector_tile {
    (
        $module:ident, $feature:literal, $lanes:literal, [$($rows:literal),*], [$($vectors:literal),*],
        $zero:ident, $set:ident, $load:ident, $store:ident, $fma:ident
    ) => {
        mod $module {
            use std::arch::x86_64::{$zero, $set, $load, $store, $fma, _mm_prefetch, _MM_HINT_T0};

            use super::{AHEAD, Out, Tile, TileStart};

            /// # Safety
            ///
            /// As [`Tile::run`].
            pub(super) unsafe fn run(tile: &Tile<'_>, vectors: usize, out: Out<'_>) {
                match vectors {
                    // SAFETY: the caller's.
                    $($vectors => unsafe { by_rows::<$vectors>(tile, out) },)*
                    _ => unreachable!("no tile is that wide"),
                }
            }

            /// # Safety
            ///
            /// As [`Tile::run`].
            #[inline]
            unsafe fn by_rows<const V: usize>(tile: &Tile<'_>, out: Out<'_>) {
                match tile.rows {
                    // SAFETY: the caller's.
                    $($rows => unsafe { compute::<$rows, V>(tile, out) },)*
                    _ => unreachable!("no tile is that high"),
                }
            }

            /// # Safety
            ///
            /// As [`Tile::run`], with `R` rows and `V` vectors.
            #[target_feature(enable = $feature)]
            unsafe fn compute<const R: usize, const V: usize>(tile: &Tile<'_>, out: Out<'_>) {
                let mut sums = [[$zero(); V]; R];
                for (row, sums) in sums.iter_mut().enumerate() {
                    for (vector, sum) in sums.iter_mut().enumerate() {
                        let column = vector * $lanes;
                        *sum = match *out.start {
                            TileStart::Zero => $zero(),
                            // SAFETY: a bias has a number for each column of a whole tile.
                            TileStart::Bias(bias) => unsafe { $load(bias.as_ptr().add(column)) },
                            // SAFETY: inside the caller's tile of C.
                            TileStart::Existing => unsafe { $load(out.c.add(row * out.row_stride + column)) },
                        };
                    }
                }
                let (row_stride, column_stride) = tile.a_strides;
                let (mut a, mut b) = (tile.a.as_ptr(), tile.b.as_ptr());
                for _ in 0..tile.depth {
                    let mut right = [$zero(); V];
                    for (vector, right) in right.iter_mut().enumerate() {
                        // SAFETY: `b` has `depth` rows of `V` vectors.
                        *right = unsafe { $load(b.add(vector * $lanes)) };
                        // A hint, which may name any address.
                        _mm_prefetch::<_MM_HINT_T0>(b.wrapping_add(AHEAD * V * $lanes + vector * $lanes).cast());
                    }
                    for (row, sums) in sums.iter_mut().enumerate() {
                        // SAFETY: `a` has `R` rows of `depth` columns at these strides.
                        let left = $set(unsafe { *a.add(row * row_stride) });
                        for (sum, right) in sums.iter_mut().zip(right) {
                            *sum = $fma(left, right, *sum);
                        }
                    }
                    a = a.wrapping_add(column_stride);
                    b = b.wrapping_add(V * $lanes);
                }
                for (row, sums) in sums.iter().enumerate() {
                    for (vector, sum) in sums.iter().enumerate() {
                        // SAFETY: inside the caller's tile of C.
                        unsafe { $store(out.c.add(row * out.row_stride + vector * $lanes), *sum) };
                    }
                }
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
vector_tile!(
    avx512,
    "avx512f",
    16,
    [1, 2, 3, 4, 5, 6, 7, 8],
    [1, 2, 3],
    _mm512_setzero_ps,
    _mm512_set1_ps,
    _mm512_loadu_ps,
    _mm512_storeu_ps,
    _mm512_fmadd_ps
);
#[cfg(target_arch = "x86_64")]
vector_tile!(
    avx2,
    "avx2,fma",
    8,
    [1, 2, 3, 4, 5, 6],
    [1, 2],
    _mm256_setzero_ps,
    _mm256_set1_ps,
    _mm256_loadu_ps,
    _mm256_storeu_ps,
    _mm256_fmadd_ps
);

/// Plain Rust, which the compiler turns into the target's own vectors.
mod portable {
    use crate::level::{Fma, Level};

    use super::{Out, Tile, TileShape, TileStart};

    const WIDTH: usize = TileShape::of(Level::Portable).width();

    #[cfg(target_arch = "aarch64")]
    type Rounding = crate::level::Fused;
    #[cfg(not(target_arch = "aarch64"))]
    type Rounding = crate::level::Separate;

    /// # Safety
    ///
    /// As [`Tile::run`].
    pub(super) unsafe fn run(tile: &Tile<'_>, out: Out<'_>) {
        match tile.rows {
            // SAFETY: the caller's.
            1 => unsafe { compute::<1>(tile, out) },
            // SAFETY: the caller's.
            2 => unsafe { compute::<2>(tile, out) },
            // SAFETY: the caller's.
            3 => unsafe { compute::<3>(tile, out) },
            // SAFETY: the caller's.
            4 => unsafe { compute::<4>(tile, out) },
            // SAFETY: the caller's.
            5 => unsafe { compute::<5>(tile, out) },
            // SAFETY: the caller's.
            6 => unsafe { compute::<6>(tile, out) },
            _ => unreachable!("no tile is that high"),
        }
    }

    /// # Safety
    ///
    /// As [`Tile::run`], with `R` rows.
    unsafe fn compute<const R: usize>(tile: &Tile<'_>, out: Out<'_>) {
        let mut sums = [[0f32; WIDTH]; R];
        for (row, sums) in sums.iter_mut().enumerate() {
            match *out.start {
                TileStart::Zero => {}
                TileStart::Bias(bias) => sums.copy_from_slice(&bias[..WIDTH]),
                TileStart::Existing => {
                    // SAFETY: inside the caller's tile of C.
                    let from = unsafe {
                        std::slice::from_raw_parts(out.c.add(row * out.row_stride), WIDTH)
                    };
                    sums.copy_from_slice(from);
                }
            }
        }
        let (row_stride, column_stride) = tile.a_strides;
        for (depth, right) in tile.b.chunks_exact(WIDTH).enumerate().take(tile.depth) {
            for (row, sums) in sums.iter_mut().enumerate() {
                let left = tile.a[row * row_stride + depth * column_stride];
                for (sum, right) in sums.iter_mut().zip(right) {
                    *sum = Rounding::fma(left, *right, *sum);
                }
            }
        }
        for (row, sums) in sums.iter().enumerate() {
            // SAFETY: inside the caller's tile of C.
            let to =
                unsafe { std::slice::from_raw_parts_mut(out.c.add(row * out.row_stride), WIDTH) };
            to.copy_from_slice(sums);
        }
    }
}
