//! Paths that every system and every stick takes.

/// Characters of a whole path: Windows takes 260 with the folder that the pack lies in.
const MOST_PATH: usize = 180;
/// Units of UTF-16 of one name on FAT32.
const MOST_NAME: usize = 120;
const MOST_DEPTH: usize = 10;

const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// Whether a path names a file inside the folder in a way that every system understands: plain names between
/// forward slashes.
///
/// # Errors
/// What is wrong with it, in English.
pub fn check_path(path: &str) -> Result<(), &'static str> {
    if path.chars().count() > MOST_PATH {
        return Err("the path is too long");
    }
    if path.split('/').count() > MOST_DEPTH {
        return Err("the path is too deep");
    }
    path.split('/').try_for_each(check_name)
}

/// Whether a name is one that every system takes.
///
/// # Errors
/// What is wrong with it, in English.
pub fn check_name(name: &str) -> Result<(), &'static str> {
    if name.is_empty() || name == "." || name == ".." {
        return Err("the path is not a plain relative one");
    }
    if name.encode_utf16().count() > MOST_NAME {
        return Err("the name is too long");
    }
    let is_reserved = |c: char| c.is_control() || "<>:\"/\\|?*".contains(c);
    if name.chars().any(is_reserved) {
        return Err("the name holds a character that not every system takes");
    }
    if name.ends_with(['.', ' ']) || name.starts_with(' ') {
        return Err("the name begins with a space, or ends with a dot or a space");
    }
    let start = name.split('.').next().unwrap_or_default().trim_end();
    let start = start.to_lowercase();
    let numbered = ["com", "lpt"].iter().any(|device| {
        let number = start.strip_prefix(device);
        number.is_some_and(|number| {
            number.chars().count() == 1 && !number.starts_with(char::is_alphabetic)
        })
    });
    if numbered || DEVICES.contains(&start.as_str()) {
        return Err("the name is a device's on Windows");
    }
    Ok(())
}

/// Two names with one key are one file on FAT32.
pub fn key(path: &str) -> String {
    path.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_paths_pass_and_those_that_leave_or_act_do_not() {
        for path in [
            "models/glyph/model.toml",
            "decks/第一课.toml",
            "a b/c.d",
            "compass/lptx",
            ".hidden",
        ] {
            assert_eq!(check_path(path), Ok(()), "{path}");
        }
        for path in [
            "",
            "/etc/passwd",
            "../x",
            "a/../../x",
            "a//b",
            "a/",
            "./a",
            "a\\b",
            "C:/x",
            "a:b",
            "a/con",
            "CON.txt",
            "nul .tar",
            "COM1",
            "lpt9.x",
            "com¹",
            "a.",
            "a ",
            " a",
            "a\u{0}b",
            "a\nb",
            "a?",
            "a*",
            "\"a\"",
            "<a>",
            "a|b",
        ] {
            assert!(check_path(path).is_err(), "{path:?}");
        }
        assert!(check_path(&"x/".repeat(20)).is_err());
        assert!(check_path(&"猫".repeat(121)).is_err());
        assert!(check_path(&["abcdefghi"; 20].join("/")).is_err());
    }

    #[test]
    fn names_that_differ_in_case_alone_are_one() {
        assert_eq!(key("Models/A"), key("models/a"));
        assert_ne!(key("models/a"), key("models/b"));
    }
}
