//! The form of a tune: which bars repeat which.

use super::types::Form;
use crate::{Error, Result};

/// What a bar is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BarPlan {
    /// The part that it belongs to, from 0; repeats share it.
    pub(super) part: u32,
    /// A part begins with it.
    pub(super) fresh: bool,
    /// The bar that it repeats.
    pub(super) repeats: Option<u32>,
}

/// The bars of a form. The last repeat of a part that ends the tune gets an ending of its own.
///
/// # Errors
/// `Parameter` for a number of bars that the form cannot have.
pub(super) fn plan(form: Form, bars: u32) -> Result<Vec<BarPlan>> {
    let parts: &[u32] = match form {
        Form::Free => &[0],
        Form::Aaba => &[0, 0, 1, 0],
        Form::Aabb => &[0, 0, 1, 1],
        Form::Abab => &[0, 1, 0, 1],
    };
    let count = parts.len() as u32;
    if !bars.is_multiple_of(count) || (count > 1 && bars < 2 * count) {
        return Err(Error::parameter(
            "bars",
            bars,
            (
                "for this form a multiple of 4, and at least 8",
                "这种曲式要求 4 的倍数，至少为 8",
            ),
        ));
    }
    let length = bars / count;
    let ending = (length / 4).max(1);
    let mut plan = Vec::with_capacity(bars as usize);
    for (index, &part) in (0..).zip(parts) {
        let earlier = parts.iter().position(|one| *one == part);
        let earlier = earlier.map(|at| at as u32).filter(|&at| at < index);
        for bar in 0..length {
            let is_ending = index + 1 == count && bar + ending >= length;
            plan.push(BarPlan {
                part,
                fresh: bar == 0 && count > 1,
                repeats: earlier.filter(|_| !is_ending).map(|at| at * length + bar),
            });
        }
    }
    Ok(plan)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_come_again_and_the_last_ends_in_its_own_way() {
        let repeats = |form, bars| -> Vec<_> {
            let plan = plan(form, bars).unwrap();
            plan.iter().map(|bar| bar.repeats).collect()
        };
        assert_eq!(
            repeats(Form::Aaba, 8),
            [None, None, Some(0), Some(1), None, None, Some(0), None]
        );
        assert_eq!(
            repeats(Form::Abab, 8),
            [None, None, None, None, Some(0), Some(1), Some(2), None]
        );
        assert_eq!(repeats(Form::Free, 5), [None; 5]);
        assert_eq!(
            repeats(Form::Aabb, 64)[32 + 16..60],
            (32..44).map(Some).collect::<Vec<_>>()
        );
        for bars in [4, 9, 10] {
            assert!(plan(Form::Aabb, bars).is_err(), "{bars}");
        }
    }
}
