//! What a race is asked to be.

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// What to time
    #[arg(value_parser = ["audio", "image", "pack", "text", "start", "video"])]
    pub what: String,
    /// Text models to time; may be repeated [default: the starter models]
    #[arg(long, value_name = "ID")]
    pub model: Vec<String>,
    /// Also what people would install otherwise: llama.cpp, transformers and onnxruntime-genai for
    /// text, the pipelines of diffusers and optimum for pictures, faster-whisper, Hibari's package and
    /// onnxruntime for sound
    #[arg(long)]
    pub peers: bool,
    /// Audio: sentences of each language that are spoken and written down again
    #[arg(long, default_value_t = 50)]
    pub sentences: usize,
    /// Counted rounds of each contender
    #[arg(long, default_value_t = 5)]
    pub rounds: usize,
    /// Threads for every contender
    #[arg(long, default_value_t = 2)]
    pub threads: usize,
    /// Let idle threads of ONNX Runtime spin, as its peers do
    #[arg(long)]
    pub spinning: bool,
}
