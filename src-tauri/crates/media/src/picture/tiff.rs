//! The first directory of a TIFF file (TIFF 6.0, 2): what `image` does not tell of it.

/// An entry: its tag, how many values it has, and its value or where that stands.
pub(super) struct Entry {
    pub(super) tag: u16,
    count: u32,
    pub(super) value: u32,
}

/// The entries of the first picture; none for what is no TIFF file, or one of more than 4 GB.
pub(super) fn entries(file: &[u8]) -> Vec<Entry> {
    directory(file).unwrap_or_default()
}

fn directory(file: &[u8]) -> Option<Vec<Entry>> {
    let big = match file.get(..4)? {
        b"MM\0*" => true,
        b"II*\0" => false,
        _ => return None,
    };
    let two = |at: usize| {
        let bytes: [u8; 2] = file.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if big {
            u16::from_be_bytes(bytes)
        } else {
            u16::from_le_bytes(bytes)
        })
    };
    let four = |at: usize| {
        let bytes: [u8; 4] = file.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if big {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        })
    };
    let begin = four(4)? as usize;
    let entry = |index: usize| {
        let at = begin.checked_add(2 + 12 * index)?;
        Some(Entry {
            tag: two(at)?,
            count: four(at.checked_add(4)?)?,
            value: four(at.checked_add(8)?)?,
        })
    };
    let count = usize::from(two(begin)?);
    // One that is cut short has the entries that are there.
    Some((0..count).map_while(entry).collect())
}

/// The ICC profile of the first picture.
pub(super) fn icc_profile(file: &[u8]) -> Option<&[u8]> {
    const ICC_PROFILE: u16 = 34_675;
    let mut entries = entries(file).into_iter();
    let entry = entries.find(|entry| entry.tag == ICC_PROFILE)?;
    let begin = entry.value as usize;
    file.get(begin..begin.checked_add(entry.count as usize)?)
}
