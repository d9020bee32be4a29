//! Samples as a WAV file's bytes.

use std::io::{self, Cursor};

use hound::{SampleFormat, WavSpec, WavWriter};

/// A mono WAV file with 16-bit samples; what is outside [-1, 1] is clipped.
///
/// # Errors
/// `InvalidInput` beyond the 4 GB that the format can hold, and for NaN and infinity.
pub fn wav(samples: &[f32], sample_rate: u32) -> io::Result<Vec<u8>> {
    let refused = |reason| io::Error::new(io::ErrorKind::InvalidInput, reason);
    if samples.iter().any(|sample| !sample.is_finite()) {
        return Err(refused("a sample is not finite"));
    }
    let spec = WavSpec {
        channels: 1,
        sample_rate,
        bits_per_sample: 16,
        sample_format: SampleFormat::Int,
    };
    let mut bytes = Cursor::new(Vec::with_capacity(44 + 2 * samples.len()));
    write(samples, spec, &mut bytes).map_err(|_| refused("a WAV file holds at most 4 GB"))?;
    Ok(bytes.into_inner())
}

/// Writing to memory fails only where the header cannot say the length.
fn write(samples: &[f32], spec: WavSpec, bytes: &mut Cursor<Vec<u8>>) -> hound::Result<()> {
    let count = u32::try_from(samples.len()).map_err(|_| hound::Error::TooWide)?;
    if count
        .checked_mul(2)
        .and_then(|size| size.checked_add(36))
        .is_none()
    {
        return Err(hound::Error::TooWide);
    }
    let mut writer = WavWriter::new(bytes, spec)?;
    let mut fast = writer.get_i16_writer(count);
    for sample in samples {
        fast.write_sample((sample.clamp(-1.0, 1.0) * f32::from(i16::MAX)) as i16);
    }
    fast.flush()?;
    writer.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_can_be_read() {
        let bytes = wav(&[0.0, 0.5, -1.0, 7.0], 24_000).unwrap();
        assert_eq!(bytes.len(), 44 + 8);
        let mut reader = hound::WavReader::new(Cursor::new(bytes)).unwrap();
        assert_eq!(
            (reader.spec().sample_rate, reader.spec().channels),
            (24_000, 1)
        );
        let samples: Vec<i16> = reader.samples().map(Result::unwrap).collect();
        assert_eq!(samples, [0, 16383, -32767, 32767]);
    }

    #[test]
    fn nothing_is_a_file_too_and_what_is_no_number_is_not() {
        assert_eq!(wav(&[], 24_000).unwrap().len(), 44);
        let refused = wav(&[f32::NAN], 24_000).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::InvalidInput);
    }
}
