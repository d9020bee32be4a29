//! Whether two computers make the same of one seed.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use specta::Type;

use crate::models::hex;

/// So many can be read to each other across a room.
const DIGITS: usize = 8;

/// What this computer made of a seed that is the same everywhere. Computers of one `processor` make the same
/// bytes; between others the last bits of a sum differ, and now and then one of them tips a choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SameSeed {
    /// Eight hexadecimal digits over text and picture.
    pub code: String,
    pub text: String,
    pub picture: String,
    /// The instructions that decide how sums are made: `x86_64 avx2 fma`, with the engine's version.
    pub processor: String,
}

impl SameSeed {
    pub(super) fn new(text: &str, picture: &[u8], engine: &str) -> Self {
        let (text, picture) = (short(text.as_bytes()), short(picture));
        Self {
            code: short(format!("{text} {picture}").as_bytes()),
            text,
            picture,
            processor: format!("{}, ONNX Runtime {engine}", processor()),
        }
    }
}

fn short(bytes: &[u8]) -> String {
    let mut digest = hex(&Sha256::digest(bytes));
    digest.truncate(DIGITS);
    digest
}

/// What ONNX Runtime chooses its kernels by.
fn processor() -> String {
    let mut words = vec![std::env::consts::ARCH];
    #[cfg(target_arch = "x86_64")]
    {
        let known = [
            ("avx2", std::is_x86_feature_detected!("avx2")),
            ("fma", std::is_x86_feature_detected!("fma")),
            ("avx512f", std::is_x86_feature_detected!("avx512f")),
            ("avx512vnni", std::is_x86_feature_detected!("avx512vnni")),
            ("avxvnni", std::is_x86_feature_detected!("avxvnni")),
        ];
        words.extend(
            known
                .into_iter()
                .filter(|(_, has)| *has)
                .map(|(name, _)| name),
        );
    }
    #[cfg(target_arch = "aarch64")]
    {
        let known = [
            (
                "dotprod",
                std::arch::is_aarch64_feature_detected!("dotprod"),
            ),
            ("i8mm", std::arch::is_aarch64_feature_detected!("i8mm")),
        ];
        words.extend(
            known
                .into_iter()
                .filter(|(_, has)| *has)
                .map(|(name, _)| name),
        );
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_of_text_and_picture_alone() {
        let one = SameSeed::new("tea", &[1, 2], "1.27.0");
        assert_eq!(one.code.len(), 8);
        assert_eq!(one.code, SameSeed::new("tea", &[1, 2], "1.28.0").code);
        assert_ne!(one.code, SameSeed::new("tea", &[1, 3], "1.27.0").code);
        assert_ne!(one.code, SameSeed::new("teas", &[1, 2], "1.27.0").code);
        assert!(one.processor.starts_with(std::env::consts::ARCH), "{one:?}");
    }
}
