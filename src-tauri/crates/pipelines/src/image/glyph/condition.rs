//! What a picture is to show, as the network takes it.

use crate::image::Colour;

/// Made by [`super::GlyphPipeline::condition`].
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// The prompt's vector, of length `sqrt(dimension)`; all zeros for no prompt.
    pub(super) text: Vec<f32>,
    pub(super) style: i64,
    /// Latents of the thing in each style, zeros where nothing is shown; empty for a network that
    /// is shown none.
    pub(super) references: Vec<f32>,
    /// What the thing is given when it is drawn: the colour that is left, the one that is gone to, and how far
    /// along the way it is; none: its own.
    pub(super) colours: [Option<Colour>; 2],
    pub(super) share: f32,
    /// Whether it is drawn the other way round.
    pub(super) mirrored: bool,
}

impl Condition {
    /// For a model that takes a prompt as a vector alone.
    pub fn of_vector(text: Vec<f32>) -> Self {
        Self {
            text,
            style: 0,
            references: Vec::new(),
            colours: [None; 2],
            share: 0.0,
            mirrored: false,
        }
    }

    /// The prompt's vector.
    pub fn vector(&self) -> &[f32] {
        &self.text
    }

    /// The condition `share` of the way from this to the other: the prompts' vectors are interpolated on
    /// their sphere, so that every one between is as strong as its ends. Style and side are those of
    /// the nearer one; one colour turns into the other.
    #[must_use]
    pub fn interpolate(&self, other: &Self, share: f32) -> Self {
        let mixed = |a: &[f32], b: &[f32]| -> Vec<f32> {
            let pairs = a.iter().zip(b);
            pairs.map(|(a, b)| a + share * (b - a)).collect()
        };
        let mut text = mixed(&self.text, &other.text);
        let wanted = length(&self.text) + share * (length(&other.text) - length(&self.text));
        let found = length(&text);
        if found > 1e-6 {
            for value in &mut text {
                *value *= wanted / found;
            }
        }
        Self {
            text,
            style: if share < 0.5 { self.style } else { other.style },
            references: mixed(&self.references, &other.references),
            colours: [self.colours[0], other.colours[0]],
            share,
            mirrored: if share < 0.5 {
                self.mirrored
            } else {
                other.mirrored
            },
        }
    }
}

fn length(vector: &[f32]) -> f32 {
    vector.iter().map(|value| value * value).sum::<f32>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn condition(text: [f32; 2], style: i64) -> Condition {
        Condition {
            style,
            references: vec![text[0]; 2],
            ..Condition::of_vector(text.to_vec())
        }
    }

    #[test]
    fn half_way_is_as_strong_a_prompt_as_the_ends() {
        let (a, b) = (condition([2.0, 0.0], 0), condition([0.0, 2.0], 1));
        let half = a.interpolate(&b, 0.5);
        assert!((length(&half.text) - 2.0).abs() < 1e-6);
        assert!((half.text[0] - half.text[1]).abs() < 1e-6);
        assert_eq!((half.style, half.references[0]), (1, 1.0));
        assert_eq!(a.interpolate(&b, 0.0), a);
        let red = Condition {
            colours: [Some(Colour::Red); 2],
            ..b.clone()
        };
        assert_eq!(a.interpolate(&red, 0.5).colours, [None, Some(Colour::Red)]);
        assert_eq!(a.interpolate(&b, 1.0), Condition { share: 1.0, ..b });
    }
}
