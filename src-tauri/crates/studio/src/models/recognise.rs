//! Describes model folders in the layouts people already have, which carry no manifest.

use std::{
    collections::hash_map::DefaultHasher,
    fmt::Write as _,
    fs,
    hash::{Hash, Hasher},
    path::Path,
};

use quartet_pipelines::{
    ModelFolder,
    audio::{BroughtVoices, kokoro_graph, transcription::is_whisper_folder},
    folder_name,
    image::diffusion::{FolderSize, is_diffusion_folder},
    text::find_graph,
};
use serde_json::Value;

use super::{manifest::Architecture, model::Model};
use crate::{Code, Failure, LocalText, Modality, vitals::MB};

/// A config.json or README.md longer than this describes nothing.
const MAX_DESCRIPTION_BYTES: u64 = 8 << 20;

/// A folder with one graph that makes frames between frames: ours, or RIFE 4 under any of the names that
/// it goes by. What the graph asks for is looked at when it is opened.
pub(super) fn inbetween_folder(folder: &Path) -> Option<Model> {
    let name = folder_name(folder)?;
    let entries = fs::read_dir(folder).ok()?.flatten();
    let mut graphs = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "onnx"));
    let (graph, None) = (graphs.next()?, graphs.next()) else {
        return None;
    };
    let stem = graph.file_stem()?.to_string_lossy().to_lowercase();
    let says = |name: &str| {
        ["inbetween", "rife", "flownet", "ifnet"]
            .iter()
            .any(|known| name.contains(known))
    };
    if !says(&stem) && !says(&name.to_lowercase()) {
        return None;
    }
    let bytes = weight_bytes(&graph);
    Some(Model {
        id: id(folder, &name),
        name: LocalText::same(name),
        summary: LocalText {
            en: "Makes frames between frames, from a folder of yours.".to_owned(),
            zh: "来自你自己文件夹的模型，在画面之间补出中间帧。".to_owned(),
        },
        modality: Modality::Video,
        architecture: Architecture::Inbetween,
        languages: Vec::new(),
        licence: licence(folder).unwrap_or_default(),
        bytes,
        // Weights, and what the network computes with at 512 x 512.
        memory_mb: (bytes / MB * 2) as u32 + 300,
        is_default: false,
        system_prompt: None,
        folder: folder.to_owned(),
        files: Vec::new(),
        added: false,
        problem: None,
    })
}

/// A folder of diffusers' ONNX exports. One that lacks a part, or holds a kind of model that is not
/// run here, is described with that as its problem: its maker meant it to be one.
pub(super) fn diffusion_folder(folder: &Path) -> Option<Model> {
    if !is_diffusion_folder(folder) {
        return None;
    }
    let name = folder_name(folder)?;
    let size = FolderSize::of(folder);
    let (disk, memory) = size.as_ref().map_or((0, 0), |s| (s.disk(), s.own(false)));
    Some(Model {
        id: id(folder, &name),
        name: LocalText::same(name),
        summary: LocalText {
            en: "Draws pictures from words: a diffusion model from a folder of yours.".to_owned(),
            zh: "用文字画图：来自你自己文件夹的扩散模型。".to_owned(),
        },
        modality: Modality::Image,
        architecture: Architecture::Diffusion,
        languages: Vec::new(),
        licence: licence(folder).unwrap_or_default(),
        bytes: disk,
        memory_mb: memory.div_ceil(MB) as u32,
        is_default: false,
        system_prompt: None,
        folder: folder.to_owned(),
        files: Vec::new(),
        added: false,
        problem: size.err().map(Failure::from),
    })
}

/// A Whisper folder of transformers.js or optimum.
pub(super) fn whisper_folder(folder: &Path) -> Option<Model> {
    if !is_whisper_folder(folder) || !folder.join("tokenizer.json").is_file() {
        return None;
    }
    let name = folder_name(folder)?;
    let encoder = [
        "onnx/encoder_model_quantized.onnx",
        "onnx/encoder_model.onnx",
    ];
    let encoder = encoder.iter().map(|name| folder.join(name));
    let bytes = encoder
        .filter(|path| path.is_file())
        .map(|path| weight_bytes(&path))
        .next()
        .unwrap_or(0)
        * 3;
    Some(Model {
        id: id(folder, &name),
        name: LocalText::same(name),
        summary: LocalText {
            en: "A Whisper model that writes speech down, from a folder of yours.".to_owned(),
            zh: "来自你自己文件夹的 Whisper 模型，把语音写成文字。".to_owned(),
        },
        modality: Modality::Audio,
        architecture: Architecture::Whisper,
        languages: Vec::new(),
        licence: licence(folder).unwrap_or_default(),
        bytes,
        memory_mb: (bytes / MB * 13 / 10) as u32 + 150,
        is_default: false,
        system_prompt: None,
        folder: folder.to_owned(),
        files: Vec::new(),
        added: false,
        problem: None,
    })
}

/// A Kokoro folder of transformers.js. Voices of languages that nothing here reads are left out, which
/// its summary tells; where that leaves none, it is its problem.
pub(super) fn kokoro_folder(folder: &Path) -> Option<Model> {
    let graph = folder.join(kokoro_graph(folder)?);
    let name = folder_name(folder)?;
    let voices = BroughtVoices::find(folder);
    let problem = match &voices {
        Err(error) => Some(Failure::from(error.clone())),
        Ok(voices) if voices.spoken.is_empty() => Some(Failure::new(
            Code::ModelUnsupported,
            "its voices speak neither English nor Mandarin",
        )),
        Ok(_) => None,
    };
    let voices = voices.unwrap_or_default();
    let mut summary = LocalText {
        en: "Kokoro's voices, from a folder of yours.".to_owned(),
        zh: "来自你自己文件夹的 Kokoro 语音。".to_owned(),
    };
    let left_out = voices.left_out.len();
    if left_out > 0 {
        let _ = write!(
            summary.en,
            " Left out, as they speak neither English nor Mandarin: {left_out}."
        );
        let _ = write!(
            summary.zh,
            "有 {left_out} 个语音既非英语也非普通话，未列出。"
        );
    }
    let speaks = |letters: &str| {
        voices
            .spoken
            .iter()
            .any(|voice| voice.starts_with(|c: char| letters.contains(c)))
    };
    let languages = [("en", "ab"), ("zh", "z")];
    let languages = languages.iter().filter(|(_, letters)| speaks(letters));
    let bytes = weight_bytes(&graph);
    Some(Model {
        id: id(folder, &name),
        name: LocalText::same(name),
        summary,
        modality: Modality::Audio,
        architecture: Architecture::Kokoro,
        languages: languages
            .map(|(language, _)| (*language).to_owned())
            .collect(),
        licence: licence(folder).unwrap_or_default(),
        bytes,
        // Weights, tables, styles, and what a sentence is computed with.
        memory_mb: (bytes / MB * 3 / 2) as u32 + 250,
        is_default: false,
        system_prompt: None,
        folder: folder.to_owned(),
        files: Vec::new(),
        added: false,
        problem,
    })
}

/// A text folder of transformers.js or optimum: config.json, tokenizer.json and an ONNX graph.
/// None when the folder is not one.
pub(super) fn text_folder(folder: &Path) -> Option<Model> {
    let graph = find_graph(folder)?;
    // Also where it is no file, which is told below.
    if !folder.join("tokenizer.json").exists() {
        return None;
    }
    let files = ModelFolder::new(folder);
    let mut needed = ["config.json", "tokenizer.json"].into_iter();
    // One that leads out is not read, but it is told: the folder was meant to be a model.
    let problem = needed.find_map(|name| files.find(name).err());
    let config = read_small(folder, "config.json");
    let config = match (config, &problem) {
        (Some(config), _) => serde_json::from_str(&config).ok()?,
        (None, Some(_)) => Value::Null,
        (None, None) => return None,
    };
    // Translation and speech models have the same files and another pipeline.
    if config.get("is_encoder_decoder").and_then(Value::as_bool) == Some(true) {
        return None;
    }
    // What another row would know if all of it were there.
    let kind = config.get("model_type").and_then(Value::as_str);
    if matches!(kind, Some("whisper" | "style_text_to_speech_2")) {
        return None;
    }
    let name = folder_name(folder)?;
    let kind = config
        .get("model_type")
        .and_then(Value::as_str)
        .unwrap_or("");
    let bytes = weight_bytes(&graph);
    Some(Model {
        id: id(folder, &name),
        name: LocalText::same(name),
        summary: LocalText {
            en: format!("A language model of the {kind} family, from a folder of yours."),
            zh: format!("来自你自己文件夹的 {kind} 系列语言模型。"),
        },
        modality: Modality::Text,
        architecture: Architecture::CausalLm,
        languages: Vec::new(),
        licence: licence(folder).unwrap_or_default(),
        bytes,
        // Weights once, the runtime's own, and the keys and values of a long conversation.
        memory_mb: (bytes / MB * 13 / 10) as u32 + 150,
        is_default: false,
        system_prompt: None,
        folder: folder.to_owned(),
        files: Vec::new(),
        added: false,
        problem: problem.map(Failure::from),
    })
}

/// The graph with its external data, which optimum names `model.onnx_data` and others
/// `model.onnx.data`; a folder may hold several graphs, of which one is used.
fn weight_bytes(graph: &Path) -> u64 {
    let Some(name) = graph.file_name().and_then(|name| name.to_str()) else {
        return 0;
    };
    let siblings = graph.parent().and_then(|folder| fs::read_dir(folder).ok());
    siblings
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| {
            entry
                .file_name()
                .to_str()
                .is_some_and(|n| n.starts_with(name))
        })
        .filter_map(|entry| fs::metadata(entry.path()).ok())
        .map(|metadata| metadata.len())
        .sum()
}

/// The folder's name as an id; a name that has nothing an id may hold gets a number from its path.
fn id(folder: &Path, name: &str) -> String {
    let mut id = String::new();
    for character in name.chars().flat_map(char::to_lowercase) {
        if character.is_ascii_alphanumeric() || matches!(character, '.' | '_') {
            id.push(character);
        } else if !id.is_empty() && !id.ends_with('-') {
            id.push('-');
        }
    }
    let trimmed: String = id.trim_matches(['-', '.', '_']).chars().take(100).collect();
    if trimmed.is_empty() {
        return format!("folder-{}", number(folder));
    }
    trimmed
}

/// Tells apart two folders whose names give the same id.
pub(super) fn number(folder: &Path) -> String {
    let mut hasher = DefaultHasher::new();
    folder.hash(&mut hasher);
    format!("{:06x}", hasher.finish() & 0xff_ffff)
}

/// The licence that the front matter of a model card names.
fn licence(folder: &Path) -> Option<String> {
    let card = read_small(folder, "README.md")?;
    let front = card.strip_prefix("---")?;
    let front = &front[..front.find("\n---")?];
    let licence = front
        .lines()
        .find_map(|line| line.strip_prefix("license:"))?
        .trim()
        .trim_matches(['"', '\'']);
    (!licence.is_empty() && licence.len() <= 64).then(|| licence.to_owned())
}

/// A small text of a folder; none also where it cannot be read, or where a link leads out.
fn read_small(folder: &Path, name: &str) -> Option<String> {
    let text = ModelFolder::new(folder).text_within(name, MAX_DESCRIPTION_BYTES);
    text.ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::architectures::recognise;

    fn folder_called(name: &str) -> (tempfile::TempDir, std::path::PathBuf) {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join(name);
        fs::create_dir_all(folder.join("onnx")).unwrap();
        fs::write(folder.join("config.json"), r#"{"model_type": "llama"}"#).unwrap();
        fs::write(folder.join("tokenizer.json"), "{}").unwrap();
        fs::write(folder.join("onnx/model.onnx"), vec![0; 1000]).unwrap();
        fs::write(folder.join("onnx/model.onnx_data"), vec![0; 5000]).unwrap();
        (root, folder)
    }

    #[test]
    fn a_text_folder_is_described() {
        let (_root, folder) = folder_called("My Llama (v2)");
        fs::write(folder.join("README.md"), "---\nlicense: mit\n---\n# x").unwrap();
        let model = text_folder(&folder).unwrap();
        assert_eq!(model.id, "my-llama-v2");
        assert_eq!(model.licence, "mit");
        assert_eq!(model.bytes, 6000);
    }

    #[test]
    fn names_without_latin_letters_get_an_id() {
        let (_root, folder) = folder_called("模型");
        assert!(text_folder(&folder).unwrap().id.starts_with("folder-"));
    }

    #[test]
    fn other_layouts_are_not_taken_for_text() {
        let (_root, folder) = folder_called("whisper");
        fs::write(
            folder.join("config.json"),
            r#"{"is_encoder_decoder": true}"#,
        )
        .unwrap();
        assert_eq!(text_folder(&folder), None);
        fs::write(folder.join("config.json"), r#"{"model_type": "whisper"}"#).unwrap();
        assert_eq!(recognise(&folder), None);
        fs::write(folder.join("config.json"), "{broken").unwrap();
        assert_eq!(text_folder(&folder), None);
    }

    #[test]
    fn a_kokoro_folder_is_described_and_is_no_text_model() {
        let (_root, folder) = folder_called("Kokoro-82M-v1.0-ONNX");
        let config = r#"{"model_type": "style_text_to_speech_2"}"#;
        fs::write(folder.join("config.json"), config).unwrap();
        let model = recognise(&folder).unwrap();
        assert_eq!(model.architecture, Architecture::Kokoro);
        assert_eq!(model.problem.unwrap().code, Code::ModelIncomplete);
        fs::create_dir(folder.join("voices")).unwrap();
        fs::write(folder.join("voices/jf_alpha.bin"), [0; 1024]).unwrap();
        let model = recognise(&folder).unwrap();
        assert_eq!(model.problem.unwrap().code, Code::ModelUnsupported);
        fs::write(folder.join("voices/zf_xiaoni.bin"), [0; 1024]).unwrap();
        let model = recognise(&folder).unwrap();
        assert_eq!(
            (model.problem, model.languages),
            (None, vec!["zh".to_owned()])
        );
        assert!(
            model
                .summary
                .en
                .ends_with("neither English nor Mandarin: 1.")
        );
    }

    #[test]
    fn a_folder_with_a_rife_graph_is_described_and_another_graph_is_not() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("Practical RIFE 4.25");
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("flownet.onnx"), vec![0; 100]).unwrap();
        let model = recognise(&folder).unwrap();
        assert_eq!(model.id, "practical-rife-4.25");
        assert_eq!(model.architecture.skill(), Some(crate::Skill::Inbetween));
        fs::write(folder.join("other.onnx"), vec![0; 100]).unwrap();
        assert_eq!(recognise(&folder), None);
        let other = root.path().join("other");
        fs::create_dir(&other).unwrap();
        fs::write(other.join("model.onnx"), vec![0; 100]).unwrap();
        assert_eq!(recognise(&other), None);
    }

    fn tiny_diffusion() -> std::path::PathBuf {
        let golden = "../../../tests/golden/image/diffusion/sd15";
        Path::new(env!("CARGO_MANIFEST_DIR")).join(golden)
    }

    #[test]
    fn a_diffusers_folder_is_described() {
        let model = recognise(&tiny_diffusion()).unwrap();
        assert_eq!((model.id.as_str(), model.problem.as_ref()), ("sd15", None));
        assert_eq!(model.architecture, Architecture::Diffusion);
        assert!(model.bytes > 300_000 && model.memory_mb >= 1);
        // Its parts one after the other take less.
        assert!(model.memory_within(0) < model.memory_bytes());
        assert_eq!(model.memory_within(u64::MAX), model.memory_bytes());
    }

    #[test]
    fn a_diffusers_folder_that_lacks_a_part_says_which() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("model_index.json"), "{}").unwrap();
        let problem = recognise(root.path()).unwrap().problem.unwrap();
        assert_eq!(problem.code, Code::ModelIncomplete);
        assert!(problem.message.en.contains("tokenizer"), "{problem:?}");
    }
}
