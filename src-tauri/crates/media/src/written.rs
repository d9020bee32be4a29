//! Texts that people's editors and other programs wrote: JSON, TOML, templates, stories.

use std::io;

/// The text that `bytes` are: UTF-8, or what a byte order mark says. Editors of Windows write such
/// marks; they are no part of the text.
///
/// # Errors
/// `InvalidData` where they are no text.
pub(crate) fn text(bytes: Vec<u8>) -> io::Result<String> {
    let invalid = |reason: &str| io::Error::new(io::ErrorKind::InvalidData, reason);
    let wide = |rest: &[u8], unit: fn([u8; 2]) -> u16| {
        let (pairs, odd) = rest.as_chunks::<2>();
        let units = pairs.iter().map(|pair| unit(*pair));
        let text: Result<String, _> = char::decode_utf16(units).collect();
        text.ok()
            .filter(|_| odd.is_empty())
            .ok_or_else(|| invalid("it is not whole UTF-16"))
    };
    match bytes.as_slice() {
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8(rest.to_vec()),
        [0xff, 0xfe, rest @ ..] => return wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => return wide(rest, u16::from_be_bytes),
        _ => String::from_utf8(bytes),
    }
    .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn byte_order_marks_are_passed_over() {
        let wide = |mark: [u8; 2], unit: fn(u16) -> [u8; 2]| {
            let units = "é猫😀".encode_utf16().flat_map(unit);
            mark.into_iter().chain(units).collect::<Vec<u8>>()
        };
        for bytes in [
            "é猫😀".as_bytes().to_vec(),
            "\u{feff}é猫😀".as_bytes().to_vec(),
            wide([0xff, 0xfe], u16::to_le_bytes),
            wide([0xfe, 0xff], u16::to_be_bytes),
        ] {
            assert_eq!(text(bytes.clone()).unwrap(), "é猫😀", "{bytes:?}");
        }
        assert_eq!(text(Vec::new()).unwrap(), "");
        assert_eq!(text("a\u{feff}b".into()).unwrap(), "a\u{feff}b");
    }

    #[test]
    fn what_is_no_text_is_invalid_data() {
        for bytes in [
            vec![0xff],
            vec![0xef, 0xbb, 0xbf, 0xff],
            vec![0xff, 0xfe, 0x41],
            vec![0xff, 0xfe, 0x00, 0xd8],
        ] {
            let error = text(bytes).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidData);
        }
    }
}
