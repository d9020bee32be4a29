//! Reads a Kokoro folder: our recipe's, or one in the layout of transformers.js, as users add it.
//!
//! The second: `config.json` of the type `style_text_to_speech_2`, `tokenizer.json` with the symbols,
//! `onnx/model*.onnx`, and `voices/*.bin`, whose names give language and gender: `af_heart`.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
};

use quartet_media::bounded::read_bounded;
use serde::Deserialize;

use super::super::{
    phoneme_vocab::{PhonemeVocab, VoicesConfig},
    types::VoiceInfo,
};
use crate::{Error, Result, folder::ModelFolder};

/// What the description of a folder is called.
pub(super) const DESCRIPTION: &str = "kokoro.json";
/// Numbers in a style.
pub(super) const STYLE: usize = 256;

/// In the order they are preferred: quantised ones, then float32, then those with float16, which most
/// CPUs only emulate.
const GRAPHS: [&str; 9] = [
    "onnx/model_quantized.onnx",
    "onnx/model_uint8.onnx",
    "onnx/model.onnx",
    "onnx/model_q8f16.onnx",
    "onnx/model_uint8f16.onnx",
    "onnx/model_fp16.onnx",
    "onnx/model_q4.onnx",
    "onnx/model_q4f16.onnx",
    "model.onnx",
];

const KIND: &str = "style_text_to_speech_2";

/// A voice has a style for each number of phonemes; more are said in the last one's.
const MAX_STYLES: usize = 4096;

/// Kokoro has 54 voices; each takes half a megabyte.
const MAX_VOICES: usize = 200;

/// Ids of symbols end far below; a graph's table of them ends somewhere, too.
const MAX_ID: i64 = 4096;

/// Languages by the first letter of a voice's name, the order in which voices are listed.
const LANGUAGES: [(char, &str); 3] = [('a', "en-US"), ('b', "en-GB"), ('z', "zh-CN")];

/// What stands at both ends of what is said.
const PAD: &str = "$";

#[derive(Debug, Deserialize)]
struct DescribedVoice {
    id: String,
    language: String,
    gender: String,
    /// f32 `[phonemes, 256]`, little-endian.
    styles: String,
}

#[derive(Debug, Deserialize)]
struct Config {
    #[serde(default)]
    model_type: String,
}

#[derive(Debug, Deserialize)]
struct Tokenizer {
    model: TokenizerModel,
}

#[derive(Debug, Deserialize)]
struct TokenizerModel {
    vocab: HashMap<String, i64>,
}

/// What a graph's inputs and output are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Names {
    /// i64 `[1, L]`
    pub(super) tokens: &'static str,
    /// f32, any shape
    pub(super) samples: &'static str,
}

const OURS: Names = Names {
    tokens: "tokens",
    samples: "audio",
};
const THEIRS: Names = Names {
    tokens: "input_ids",
    samples: "waveform",
};

#[derive(Debug)]
pub(super) struct KokoroFolder {
    pub(super) graph: PathBuf,
    pub(super) names: Names,
    pub(super) phonemes: PhonemeVocab,
    /// In the order of the voices: rows of [`STYLE`] numbers.
    pub(super) styles: Vec<Vec<f32>>,
}

impl KokoroFolder {
    /// # Errors
    /// `MissingPart`, `ModelFile`, `EscapingPath`, `UnsupportedGraph`.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let folder = ModelFolder::new(path);
        let ours = path.join(DESCRIPTION).is_file();
        let (names, graph, vocabulary, described) = if ours {
            let description: VoicesConfig<DescribedVoice> =
                VoicesConfig::read(&folder, DESCRIPTION)?;
            let VoicesConfig {
                graph,
                vocabulary,
                voices,
                ..
            } = description;
            (OURS, graph, vocabulary, voices)
        } else {
            let voices = BroughtVoices::find(path)?.described()?;
            let graph = graph(path).unwrap_or(GRAPHS[0]).to_owned();
            (THEIRS, graph, vocabulary(&folder)?, voices)
        };
        let (mut voices, mut styles) = (Vec::new(), Vec::new());
        for voice in described {
            styles.push(read_styles(&folder, &voice.styles)?);
            voices.push(VoiceInfo {
                id: voice.id,
                language: voice.language,
                gender: voice.gender,
            });
        }
        Ok(Self {
            graph: folder.part(&graph, "graph of the voices")?,
            names,
            phonemes: PhonemeVocab { vocabulary, voices },
            styles,
        })
    }
}

/// The graph that a folder in the layout of transformers.js runs with, relative to it. None where the
/// folder is of another kind.
pub fn kokoro_graph(folder: &Path) -> Option<&'static str> {
    let config: Config = ModelFolder::new(folder)
        .json("config.json", "config.json")
        .ok()?;
    (config.model_type == KIND).then(|| graph(folder))?
}

fn graph(folder: &Path) -> Option<&'static str> {
    let there = |name: &&str| folder.join(name).is_file();
    GRAPHS.into_iter().find(there)
}

/// The voices in a folder of the user's own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BroughtVoices {
    /// Those that can speak here, American English first.
    pub spoken: Vec<String>,
    /// Those of languages that nothing here reads.
    pub left_out: Vec<String>,
}

impl BroughtVoices {
    /// # Errors
    /// `MissingPart` where there are none at all, `ModelFile` where there are too many.
    pub fn find(folder: &Path) -> Result<Self> {
        let names: Vec<String> = fs::read_dir(folder.join("voices"))
            .into_iter()
            .flatten()
            .flatten()
            .take(10 * MAX_VOICES)
            .filter_map(|entry| {
                let name = entry.file_name().into_string().ok()?;
                let name = name.strip_suffix(".bin")?;
                let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
                ((2..=64).contains(&name.len()) && name.chars().all(plain)).then(|| name.to_owned())
            })
            .collect();
        if names.is_empty() {
            return Err(Error::MissingPart {
                folder: folder.to_owned(),
                what: "voices (voices/*.bin)",
            });
        }
        if names.len() > MAX_VOICES {
            let reason = format!("{} voices", names.len());
            return Err(ModelFolder::new(folder).broken("voices", reason));
        }
        let (mut spoken, mut left_out): (Vec<_>, Vec<_>) =
            names.into_iter().partition(|name| language(name).is_some());
        // The best of all speaks where none is named.
        spoken.sort_by_key(|name| {
            let language = LANGUAGES
                .iter()
                .position(|(letter, _)| name.starts_with(*letter));
            (language, name != "af_heart", name.clone())
        });
        left_out.sort();
        Ok(Self { spoken, left_out })
    }

    fn described(self) -> Result<Vec<DescribedVoice>> {
        if self.spoken.is_empty() {
            let reason = format!(
                "its voices ({}) speak neither English nor Mandarin",
                self.left_out.join(", ")
            );
            return Err(Error::unsupported(reason));
        }
        let voices = self.spoken.into_iter().filter_map(|id| {
            let gender = match id.chars().nth(1) {
                Some('m') => "male",
                _ => "female",
            };
            Some(DescribedVoice {
                language: language(&id)?.to_owned(),
                gender: gender.to_owned(),
                styles: format!("voices/{id}.bin"),
                id,
            })
        });
        Ok(voices.collect())
    }
}

fn language(voice: &str) -> Option<&'static str> {
    let known = LANGUAGES
        .iter()
        .find(|(letter, _)| voice.starts_with(*letter));
    known.map(|(_, language)| *language)
}

/// The symbols of one character in tokenizer.json.
fn vocabulary(folder: &ModelFolder<'_>) -> Result<HashMap<char, i64>> {
    const FILE: &str = "tokenizer.json";
    let tokenizer: Tokenizer = folder.json(FILE, FILE)?;
    let mut vocabulary = HashMap::new();
    for (symbol, id) in tokenizer.model.vocab {
        if !(0..MAX_ID).contains(&id) || (symbol == PAD) != (id == 0) {
            return Err(folder.broken(FILE, format!("{symbol:?} is {id}")));
        }
        let mut characters = symbol.chars();
        if let (Some(one), None) = (characters.next(), characters.next())
            && symbol != PAD
        {
            vocabulary.insert(one, id);
        }
    }
    if vocabulary.is_empty() {
        return Err(folder.broken(FILE, "no symbols"));
    }
    Ok(vocabulary)
}

/// Reads a voice: whole rows of finite numbers, at least one.
fn read_styles(folder: &ModelFolder<'_>, name: &str) -> Result<Vec<f32>> {
    let path = folder.part(name, "styles of a voice")?;
    let broken = |reason: String| folder.broken(name, reason);
    let most = (MAX_STYLES * STYLE * size_of::<f32>()) as u64;
    let bytes = read_bounded(&path, most).map_err(|error| broken(error.to_string()))?;
    let length = bytes.len();
    if length == 0 || !length.is_multiple_of(STYLE * size_of::<f32>()) {
        return Err(broken(format!(
            "{length} bytes are no rows of {STYLE} numbers"
        )));
    }
    let (numbers, _) = bytes.as_chunks::<4>();
    let styles: Vec<f32> = numbers
        .iter()
        .map(|four| f32::from_le_bytes(*four))
        .collect();
    if styles.iter().all(|number| number.is_finite()) {
        Ok(styles)
    } else {
        Err(broken("it holds numbers that are not finite".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = r#"{"model_type": "style_text_to_speech_2"}"#;
    const SYMBOLS: &str = r#"{"model": {"vocab": {"$": 0, "a": 43, " ": 16, "<x>": 44}}}"#;

    fn brought(voices: &[&str], tokenizer: &str) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for name in ["onnx", "voices"] {
            fs::create_dir(root.path().join(name)).unwrap();
        }
        let write = |name: &str, content: &[u8]| fs::write(root.path().join(name), content);
        write("config.json", CONFIG.as_bytes()).unwrap();
        write("tokenizer.json", tokenizer.as_bytes()).unwrap();
        write("onnx/model.onnx", b"").unwrap();
        write("onnx/model_fp16.onnx", b"").unwrap();
        for voice in voices {
            let styles = 1_f32.to_le_bytes().repeat(2 * STYLE);
            write(&format!("voices/{voice}.bin"), &styles).unwrap();
        }
        root
    }

    #[test]
    fn a_folder_of_transformers_js_is_read() {
        let voices = ["zf_xiaoni", "jf_alpha", "bm_lewis", "af_alloy", "af_heart"];
        let root = brought(&voices, SYMBOLS);
        assert_eq!(kokoro_graph(root.path()), Some("onnx/model.onnx"));
        let found = BroughtVoices::find(root.path()).unwrap();
        let wanted = ["af_heart", "af_alloy", "bm_lewis", "zf_xiaoni"];
        assert_eq!(
            (found.spoken, found.left_out),
            (wanted.map(String::from).into(), vec!["jf_alpha".to_owned()])
        );
        let folder = KokoroFolder::open(root.path()).unwrap();
        assert_eq!(folder.names, THEIRS);
        assert_eq!(
            folder.phonemes.vocabulary,
            HashMap::from([('a', 43), (' ', 16)])
        );
        let lewis = &folder.phonemes.voices[2];
        assert_eq!(
            (lewis.language.as_str(), lewis.gender.as_str()),
            ("en-GB", "male")
        );
        assert_eq!(folder.styles[0].len(), 2 * STYLE);
    }

    #[test]
    fn what_is_missing_hostile_or_of_another_kind_is_reported() {
        let error = |voices: &[&str], tokenizer: &str| {
            KokoroFolder::open(brought(voices, tokenizer).path()).unwrap_err()
        };
        let none = error(&[], SYMBOLS);
        assert!(matches!(none, Error::MissingPart { .. }), "{none}");
        let foreign = error(&["jf_alpha"], SYMBOLS).to_string();
        assert!(foreign.contains("jf_alpha"), "{foreign}");
        for tokenizer in [
            "{",
            r#"{"model": {"vocab": {}}}"#,
            r#"{"model": {"vocab": {"a": 0}}}"#,
            r#"{"model": {"vocab": {"a": -1}}}"#,
            r#"{"model": {"vocab": {"$": 1}}}"#,
            r#"{"model": {"vocab": {"a": 9000000000}}}"#,
        ] {
            let error = error(&["af_heart"], tokenizer);
            assert!(matches!(error, Error::ModelFile { .. }), "{error}");
        }
        let root = brought(&["af_heart"], SYMBOLS);
        fs::write(
            root.path().join("config.json"),
            r#"{"model_type": "llama"}"#,
        )
        .unwrap();
        assert_eq!(kokoro_graph(root.path()), None);
    }

    #[test]
    fn styles_that_are_none_are_refused() {
        let root = tempfile::tempdir().unwrap();
        let folder = ModelFolder::new(root.path());
        let file = root.path().join("x.bin");
        for bytes in [
            Vec::new(),
            vec![0; 1000],
            f32::NAN.to_le_bytes().repeat(STYLE),
        ] {
            fs::write(&file, bytes).unwrap();
            let error = read_styles(&folder, "x.bin").unwrap_err();
            assert!(matches!(error, Error::ModelFile { .. }), "{error}");
        }
        fs::write(&file, 1_f32.to_le_bytes().repeat(STYLE)).unwrap();
        assert_eq!(read_styles(&folder, "x.bin"), Ok(vec![1.0; STYLE]));
    }
}
