//! Pictures as the denoiser sees them: a few channels, a few cells on a side.

/// Latents of some pictures, row-major `[count, channels, height, width]`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Latents {
    shape: [usize; 4],
    data: Vec<f32>,
}

impl Latents {
    /// None where `data` does not fill `shape` exactly.
    pub fn new(shape: [usize; 4], data: Vec<f32>) -> Option<Self> {
        let count = shape
            .iter()
            .try_fold(1_usize, |count, &side| count.checked_mul(side))?;
        (count == data.len()).then_some(Self { shape, data })
    }

    pub fn zeros(shape: [usize; 4]) -> Self {
        let data = vec![0.0; shape.iter().product()];
        Self { shape, data }
    }

    /// `[count, channels, height, width]`
    pub fn shape(&self) -> [usize; 4] {
        self.shape
    }

    pub fn count(&self) -> usize {
        self.shape[0]
    }

    pub fn data(&self) -> &[f32] {
        &self.data
    }

    pub fn data_mut(&mut self) -> &mut [f32] {
        &mut self.data
    }

    pub fn into_data(self) -> Vec<f32> {
        self.data
    }

    /// How many numbers one picture has.
    pub fn picture_len(&self) -> usize {
        self.shape[1..].iter().product()
    }

    /// The numbers of each picture, one slice a picture.
    pub fn pictures(&self) -> impl ExactSizeIterator<Item = &[f32]> {
        // Chunks of nothing would panic; latents of nothing have no pictures either way.
        self.data.chunks_exact(self.picture_len().max(1))
    }

    pub fn pictures_mut(&mut self) -> impl ExactSizeIterator<Item = &mut [f32]> {
        let length = self.picture_len().max(1);
        self.data.chunks_exact_mut(length)
    }

    pub fn is_finite(&self) -> bool {
        self.data.iter().all(|value| value.is_finite())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_must_fit_its_numbers() {
        assert!(Latents::new([1, 2, 1, 2], vec![0.0; 4]).is_some());
        assert!(Latents::new([1, 2, 1, 2], vec![0.0; 5]).is_none());
        assert!(Latents::new([usize::MAX, 2, 1, 1], Vec::new()).is_none());
        let latents = Latents::new([2, 1, 1, 2], vec![1.0, 2.0, 3.0, 4.0]).unwrap();
        let pictures: Vec<_> = latents.pictures().collect();
        assert_eq!(pictures, [&[1.0, 2.0][..], &[3.0, 4.0]]);
    }
}
