//! How far numbers are from their targets: [`mean_squared_error`].

use candle_core::{Result, Tensor};

/// `mean((x − t)²)`, with which a student learns to say what a teacher says (Ba and Caruana 2014, "Do deep nets really need
/// to be deep?", equation 1). `MSELoss` in torch and sentence-transformers.
///
/// # Shapes
///
/// `predicted: [rows]`, `targets: [rows] → []`
///
/// # Errors
///
/// candle's, for shapes that do not fit.
pub fn mean_squared_error(predicted: &Tensor, targets: &Tensor) -> Result<Tensor> {
    predicted.sub(targets)?.sqr()?.mean_all()
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::super::finite_differences::agrees;
    use super::*;

    const PREDICTED: [f32; 4] = [0.3, -0.7, 2.0, 1.1];

    fn targets() -> Tensor {
        Tensor::new(&[1.0f32, 0.25, -1.5, 1.1], &Device::Cpu).unwrap()
    }

    /// torch 2.15.0:
    /// `torch.nn.functional.mse_loss(torch.tensor([.3, -.7, 2., 1.1]), torch.tensor([1., .25, -1.5, 1.1]))`
    #[test]
    fn it_is_that_of_torch() {
        let predicted = Tensor::new(&PREDICTED, &Device::Cpu).unwrap();
        let ours = mean_squared_error(&predicted, &targets()).unwrap();
        assert!((ours.to_scalar::<f32>().unwrap() - 3.410_625).abs() < 1e-6);
    }

    #[test]
    fn its_gradient_is_that_of_finite_differences() {
        agrees(&PREDICTED, (4, 1), |predicted| {
            mean_squared_error(&predicted.flatten_all()?, &targets())
        });
    }
}
