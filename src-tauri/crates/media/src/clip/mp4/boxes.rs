//! Boxes inside boxes (ISO/IEC 14496-12, 4.2), looked for one level at a time: what is broken in one takes
//! nothing from its neighbours.

use mp4_atom::Atom;

/// The boxes that lie one after the other in some bytes, with their names; one that is cut short ends them.
pub(super) struct Boxes<'a>(pub(super) &'a [u8]);

impl<'a> Iterator for Boxes<'a> {
    type Item = ([u8; 4], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (head, mut rest) = self.0.split_first_chunk::<8>()?;
        let [a, b, c, d, name @ ..] = *head;
        let length = match u32::from_be_bytes([a, b, c, d]) {
            // To the end of what it lies in.
            0 => rest.len(),
            1 => {
                let (large, behind) = rest.split_first_chunk::<8>()?;
                rest = behind;
                usize::try_from(u64::from_be_bytes(*large))
                    .ok()?
                    .checked_sub(16)?
            }
            size => (size as usize).checked_sub(8)?,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((name, content))
    }
}

/// The content of the first box of this name.
pub(super) fn find(within: &[u8], name: [u8; 4]) -> Option<&[u8]> {
    let mut boxes = Boxes(within);
    boxes.find_map(|(found, content)| (found == name).then_some(content))
}

/// The content of the innermost of several boxes, named from the outside in.
pub(super) fn within<'a>(bytes: &'a [u8], names: &[[u8; 4]]) -> Option<&'a [u8]> {
    names
        .iter()
        .try_fold(bytes, |bytes, name| find(bytes, *name))
}

/// A box read; None where it is missing or broken.
pub(super) fn read<Read: Atom>(bytes: &[u8]) -> Option<Read> {
    let kind: [u8; 4] = Read::KIND.into();
    Read::decode_body(&mut find(bytes, kind)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_of_every_length_are_walked_and_a_cut_one_ends_them() {
        let bytes =
            b"\0\0\0\x0aaaaaxy\0\0\0\x01bbbb\0\0\0\0\0\0\0\x11z\0\0\0\x08cccc\0\0\0\x09dddd";
        let found: Vec<_> = Boxes(bytes).collect();
        let right: [([u8; 4], &[u8]); 3] = [(*b"aaaa", b"xy"), (*b"bbbb", b"z"), (*b"cccc", b"")];
        assert_eq!(found, right);
        let nested = b"\0\0\0\x12aaaa\0\0\0\x0abbbbhi\0\0\0\0cccclast";
        assert_eq!(within(nested, &[*b"aaaa", *b"bbbb"]), Some(&b"hi"[..]));
        assert_eq!(find(nested, *b"cccc"), Some(&b"last"[..]));
        assert_eq!(Boxes(b"\0\0\0\x07aaaa").next(), None);
    }
}
