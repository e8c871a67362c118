//! How and where inference computes: [`InferenceArgs`].

use std::fmt;
use std::str::FromStr;

use clap::{Args, ValueEnum};
use upturn::encoder::{EncoderOptions, Precision, Processor};

/// Options of every command that embeds.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct InferenceArgs {
    /// How exactly vectors are computed. `int8` is about twice as fast and close enough to share a collection with `f32`.
    #[arg(long, value_enum, default_value_t)]
    precision: PrecisionArg,

    #[command(flatten)]
    device: DeviceArgs,
}

/// The option of every command that can compute on a GPU.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct DeviceArgs {
    /// What computes: `cpu`, or in a build with the feature `cuda` also `cuda` or `cuda:1`.
    #[arg(long, default_value_t)]
    device: Device,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum PrecisionArg {
    #[default]
    F32,
    Int8,
}

/// What was typed behind `--device`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Device(Processor);

impl InferenceArgs {
    /// What was typed.
    pub(crate) fn options(self) -> EncoderOptions {
        EncoderOptions {
            precision: match self.precision {
                PrecisionArg::F32 => Precision::F32,
                PrecisionArg::Int8 => Precision::Int8,
            },
            ..self.device.options()
        }
    }
}

impl DeviceArgs {
    /// What was typed, in full precision.
    pub(crate) fn options(self) -> EncoderOptions {
        EncoderOptions {
            processor: self.processor(),
            ..EncoderOptions::default()
        }
    }

    /// What was typed.
    pub(crate) const fn processor(self) -> Processor {
        self.device.0
    }
}

impl FromStr for Device {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':').unwrap_or((text, "0")) {
            ("cpu", "0") => Ok(Self(Processor::Cpu)),
            ("cuda", number) => cuda(number),
            _ => Err("expected `cpu`, `cuda` or `cuda:1`"),
        }
    }
}

#[cfg(feature = "cuda")]
fn cuda(number: &str) -> Result<Device, &'static str> {
    let number = number
        .parse()
        .map_err(|_| "expected the number of a GPU behind `cuda:`")?;
    Ok(Device(Processor::Cuda(number)))
}

#[cfg(not(feature = "cuda"))]
fn cuda(_: &str) -> Result<Device, &'static str> {
    Err("this build computes on the CPU only; build it with `--features cuda`")
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            #[cfg(feature = "cuda")]
            Processor::Cuda(number) => write!(f, "cuda:{number}"),
            _ => f.write_str("cpu"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Device, Processor};

    #[test]
    fn a_device_is_the_cpu_or_one_that_this_build_has() {
        assert_eq!("cpu".parse(), Ok(Device(Processor::Cpu)));
        assert_eq!(Device::default().to_string().parse(), Ok(Device::default()));
        for foreign in ["gpu", "cpu:1", "", "cuda:x"] {
            assert!(foreign.parse::<Device>().is_err(), "{foreign}");
        }
        assert_eq!("cuda:1".parse::<Device>().is_ok(), cfg!(feature = "cuda"));
    }
}
