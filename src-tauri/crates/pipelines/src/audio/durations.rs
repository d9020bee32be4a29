//! When each phoneme sounds, where a graph gives how many frames it gave to each.

use quartet_runtime::Outputs;

use crate::Result;

/// The sample at which each phoneme ends, from the output `durations`, f32 `[1, L]` or `[L]`: the
/// frames of `hop` samples that each takes, the padding's at both ends included. The leading
/// silence belongs to the first phoneme, the trailing to none. None where there is no such output,
/// or it is for another number of phonemes.
pub(super) fn ends(
    outputs: &Outputs,
    hop: usize,
    phonemes: usize,
    samples: usize,
) -> Result<Option<Vec<usize>>> {
    let Ok(durations) = outputs.get("durations") else {
        return Ok(None);
    };
    let durations = durations.data::<f32>()?;
    let mut frames = 0.0;
    let mut ends = durations.iter().map(|duration| {
        frames += duration.max(0.0);
        (frames as usize).saturating_mul(hop).min(samples)
    });
    // The first is the padding's.
    let _ = ends.next();
    let ends: Vec<_> = ends.take(phonemes).collect();
    Ok((ends.len() == phonemes).then_some(ends))
}
