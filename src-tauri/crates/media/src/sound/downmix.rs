//! All channels as one, without losing what they have in opposite phase.

/// Frames after which what was heard before counts a half: a third of a second at 48 kHz.
const MEMORY: f32 = 16_384.0;
/// Frames that are judged at once.
const BLOCK: usize = 1024;
/// Channels of which more are only averaged.
const MOST: usize = 8;
/// A channel that runs against the loudest more than this is turned, and turned back above the other.
const AGAINST: f32 = -0.5;
const WITH: f32 = -0.2;
/// Quieter than this nothing can be said of a channel: -80 dB.
const QUIET: f32 = 1e-8;

/// Remembers how the channels go together.
#[derive(Debug, Default)]
pub(super) struct Downmix {
    /// `products[a * channels + b]`: the mean of what the two make when multiplied.
    products: Vec<f32>,
    turned: Vec<bool>,
}

impl Downmix {
    /// The mean of all channels, those in opposite phase to the loudest turned. What is not a number is
    /// silence, what is too loud is clipped.
    pub(super) fn mix(&mut self, interleaved: &[f32], channels: usize) -> Vec<f32> {
        let channels = channels.max(1);
        let mut mono = Vec::with_capacity(interleaved.len() / channels);
        if self.turned.len() != channels {
            self.turned = vec![false; channels];
            self.products = vec![0.0; channels * channels];
        }
        for block in interleaved.chunks(BLOCK * channels) {
            if (2..=MOST).contains(&channels) {
                self.judge(block);
            }
            for frame in block.chunks_exact(channels) {
                let turned = frame.iter().zip(&self.turned);
                let sum: f32 = turned
                    .map(|(sample, turned)| {
                        if *turned {
                            -sane(*sample)
                        } else {
                            sane(*sample)
                        }
                    })
                    .sum();
                mono.push(sum / channels as f32);
            }
        }
        mono
    }

    fn judge(&mut self, block: &[f32]) {
        let channels = self.turned.len();
        let frames = (block.len() / channels).max(1) as f32;
        let kept = 0.5_f32.powf(frames / MEMORY);
        for (index, product) in self.products.iter_mut().enumerate() {
            let (a, b) = (index / channels, index % channels);
            let sum: f32 = block
                .chunks_exact(channels)
                .map(|frame| sane(frame[a]) * sane(frame[b]))
                .sum();
            *product = *product * kept + sum / frames * (1.0 - kept);
        }
        let power = |channel: usize| self.products[channel * channels + channel];
        let loudest = (0..channels).max_by(|&a, &b| power(a).total_cmp(&power(b)));
        let loudest = loudest.unwrap_or(0);
        for channel in 0..channels {
            let norm = (power(channel) * power(loudest)).sqrt();
            if channel == loudest {
                self.turned[channel] = false;
            } else if norm > QUIET * (1.0 - kept) {
                let alike = self.products[loudest * channels + channel] / norm;
                let limit = if self.turned[channel] { WITH } else { AGAINST };
                self.turned[channel] = alike < limit;
            }
        }
    }
}

fn sane(sample: f32) -> f32 {
    if sample.is_finite() {
        sample.clamp(-1.0, 1.0)
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Frames of `channels`, each a tone times its factor.
    fn tone(factors: &[f32]) -> Vec<f32> {
        let frame = |n: usize| {
            let value = (n as f32 * 0.05).sin() * 0.5;
            factors.iter().map(move |factor| value * factor)
        };
        (0..20_000).flat_map(frame).collect()
    }

    fn loudness(mono: &[f32]) -> f32 {
        (mono.iter().map(|sample| sample * sample).sum::<f32>() / mono.len() as f32).sqrt()
    }

    #[test]
    fn channels_are_mixed_and_nonsense_is_silenced() {
        let sound = [1.0, 0.0, f32::NAN, 0.5, f32::INFINITY, 0.9, 0.25];
        assert_eq!(Downmix::default().mix(&sound, 2), [0.5, 0.25, 0.45]);
        assert_eq!(Downmix::default().mix(&[0.5, 9.0], 0), [0.5, 1.0]);
    }

    #[test]
    fn opposite_phase_is_no_silence() {
        let plain = loudness(&Downmix::default().mix(&tone(&[1.0]), 1));
        for factors in [&[1.0, -1.0][..], &[-0.8, 1.0], &[1.0, -0.9, 1.0, -1.0]] {
            let heard = loudness(&Downmix::default().mix(&tone(factors), factors.len()));
            assert!(heard > plain * 0.85, "{factors:?}: {heard} of {plain}");
        }
    }

    #[test]
    fn what_goes_together_or_alone_stays_the_mean() {
        for (factors, share) in [
            (&[1.0, 1.0][..], 1.0),
            (&[1.0, 0.0], 0.5),
            (&[0.5, 1.0], 0.75),
        ] {
            let plain = Downmix::default().mix(&tone(&[share]), 1);
            let mixed = Downmix::default().mix(&tone(factors), factors.len());
            let worst = plain.iter().zip(&mixed).map(|(a, b)| (a - b).abs());
            assert!(worst.fold(0.0, f32::max) < 1e-6, "{factors:?}");
        }
    }
}
