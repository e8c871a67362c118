//! GPUs, each opened once: [`gpu`].

use std::collections::BTreeMap;
use std::ffi::c_int;
use std::sync::{Mutex, PoisonError};

use candle_core::Device;
use candle_core::cuda_backend::cudarc::driver::{DriverError, result, sys};

use crate::EncoderError;

/// The GPU of a number, the same for all who ask: tensors of two handles do not mix, and each has kernels to load.
pub(crate) fn gpu(number: usize) -> Result<Device, EncoderError> {
    static OPENED: Mutex<BTreeMap<usize, Device>> = Mutex::new(BTreeMap::new());
    let mut opened = OPENED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(device) = opened.get(&number) {
        return Ok(device.clone());
    }
    let device = Device::new_cuda(number)?;
    keep_memory(number).map_err(candle_core::Error::wrap)?;
    opened.insert(number, device.clone());
    Ok(device)
}

/// Lets the driver keep memory that is free for the next tensors of this process. By default it gives back what is free
/// whenever the CPU waits for the GPU, and a step of training, which waits several times, asks for gigabytes anew.
#[expect(
    unsafe_code,
    reason = "the driver's settings have no safe wrapper; the value is a number of the type that this setting has"
)]
fn keep_memory(number: usize) -> Result<(), DriverError> {
    let mut most = u64::MAX;
    let device = result::device::get(c_int::try_from(number).unwrap_or(c_int::MAX))?;
    // SAFETY: `device` is open, its pool lives as long as the device, and `most` outlives the call, which only reads it.
    unsafe {
        let pool = result::device::get_default_mem_pool(device)?;
        let threshold = sys::CUmemPool_attribute::CU_MEMPOOL_ATTR_RELEASE_THRESHOLD;
        result::mem_pool::set_attribute(pool, threshold, (&raw mut most).cast())
    }
}
