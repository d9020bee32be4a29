//! All that it takes to make a work again.

use quartet_pipelines::text::{Role, TextRequest, TextStats};
use serde::{Deserialize, Serialize};

use crate::Modality;

/// What is kept beside every work: same model, same request with its seed, same runtime, same
/// bytes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Recipe {
    /// The version of Quartet.
    pub quartet: String,
    pub modality: Modality,
    pub model: RecipeModel,
    pub runtime: RecipeRuntime,
    /// For text works; its seed is the one that was used, also when the person named none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<TextRecipe>,
    /// What making it took.
    pub seconds: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RecipeModel {
    pub id: String,
    /// sha256 over the paths and checksums of its files, as its description lists them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// SPDX.
    pub licence: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RecipeRuntime {
    /// Of ONNX Runtime.
    pub version: String,
    pub device: String,
    /// 0: one a physical core.
    pub threads: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TextRecipe {
    pub request: TextRequest,
    pub stats: TextStats,
}

impl Recipe {
    /// `None` for a recipe of a later version that this one cannot read.
    pub fn parse(json: &str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }

    /// What the person asked, for searching.
    pub fn prompt(&self) -> String {
        self.text
            .as_ref()
            .map(|text| prompt(&text.request))
            .unwrap_or_default()
    }
}

/// All that the person wrote, in the order written.
pub(crate) fn prompt(request: &TextRequest) -> String {
    let said: Vec<_> = request
        .messages
        .iter()
        .filter(|message| message.role == Role::User)
        .map(|message| message.content.as_str())
        .collect();
    said.join("\n")
}

/// What a work is called until somebody names it: the first line of the last thing asked.
pub(crate) fn title(request: &TextRequest) -> String {
    const LONGEST: usize = 80;
    let asked = request
        .messages
        .iter()
        .rev()
        .find(|message| message.role == Role::User)
        .map_or("", |message| message.content.as_str());
    let line = asked
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or_default();
    let clean: String = line.chars().filter(|c| !c.is_control()).collect();
    if clean.chars().count() <= LONGEST {
        return clean;
    }
    let cut: String = clean.chars().take(LONGEST - 1).collect();
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use quartet_pipelines::text::{Message, TextParameters};

    use super::*;

    fn asking(content: &str) -> TextRequest {
        TextRequest {
            messages: vec![Message {
                role: Role::User,
                content: content.to_owned(),
            }],
            answer_start: Vec::new(),
            parameters: TextParameters::default(),
            alternatives: 0,
        }
    }

    #[test]
    fn a_title_is_the_first_line_cut_between_characters() {
        assert_eq!(
            title(&asking("\n  Write a poem \nabout tea")),
            "Write a poem"
        );
        assert_eq!(title(&asking("a\0b")), "ab");
        assert_eq!(title(&asking("")), "");
        let long = title(&asking(&"茶".repeat(200)));
        assert_eq!(long.chars().count(), 80);
        assert!(long.ends_with('…'));
    }
}
