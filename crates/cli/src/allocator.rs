//! The program's allocator, and how long it keeps what was freed: [`keep_for_a_while`].

/// Tensors come and go by the megabyte. The system's allocator gives each back to the kernel and takes it again, page
/// by page: a quarter of the time of training was spent there (2026-11-22, 2 cores).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Number of mimalloc's option `purge_delay`, the same in its versions 2 and 3; the crate has no name for it.
const PURGE_DELAY: libmimalloc_sys::mi_option_t = 15;

/// Milliseconds after which freed memory goes back to the kernel: longer than a training step, so that the next one
/// finds its pages; 10 by default.
const A_WHILE: std::ffi::c_long = 10_000;

/// Keeps freed memory for some seconds.
#[expect(unsafe_code, reason = "a call into C")]
pub(crate) fn keep_for_a_while() {
    // SAFETY: it stores a number in a table of options; called first of all, before there are other threads.
    unsafe { libmimalloc_sys::mi_option_set(PURGE_DELAY, A_WHILE) };
}
