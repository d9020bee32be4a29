// What the scripted engine has: models, works, and the failures it can be told to have.
import type { Failure } from "../bindings";
import type { Code, ModelSummary, Recipe, TextModelInfo, TextRequest, Work, WorkDetail } from "../index";

const failure = (code: Code, en: string, zh: string, nextEn: string, nextZh: string, detail: string): Failure => ({
  code,
  message: { en, zh },
  nextStep: { en: nextEn, zh: nextZh },
  detail,
});

export const failures = {
  passcode: failure("kioskPasscode", "That is not the passcode.", "口令不对。", "Type it again. After three wrong ones there is a wait, which doubles each time.", "请重新输入。输错三次后需要等待，每次等待时间加倍。", ""),
  cancelled: failure("cancelled", "Stopped.", "已停止。", "", "", ""),
  noPack: failure("classPackNone", "There is no class pack in /home/ada/Downloads: it holds no pack.toml.", "/home/ada/Downloads 中没有课堂包：里面没有 pack.toml。", "Choose the folder that holds pack.toml. If a pack was being made there when it was interrupted, make it again.", "请选择直接包含 pack.toml 的文件夹。如果制作课堂包时中断了，请重新制作。", ""),
  emptyPack: failure("classPackEmpty", "Nothing was chosen for the class pack.", "没有为课堂包选择任何内容。", "Choose models, lessons, packages or the portable app.", "请选择模型、课程、安装包或便携版应用。", ""),
  busy: failure("runFailed", "The model is writing.", "模型正在写。", "Wait until it is done.", "请等它写完。", ""),
  memory: failure(
    "outOfMemory",
    "There is not enough memory for this model.",
    "内存不足，无法运行这个模型。",
    "Close other programs, raise the memory for models in Settings, or choose a smaller model.",
    "请关闭其他程序、在“设置”里提高模型可用的内存，或换一个更小的模型。",
    "std::bad_alloc while creating session for model.onnx (577,331,200 bytes)",
  ),
  prompt: failure(
    "promptTooLong",
    "The conversation has 4,312 tokens; this model can hold 4,096.",
    "对话有 4312 个词元，这个模型最多容纳 4096 个。",
    "Start a new conversation, or shorten the prompt.",
    "请开始新对话，或缩短提示词。",
    "prompt 4312 > context 4096",
  ),
  load: failure(
    "modelBroken",
    "The file model.onnx is not whole.",
    "文件 model.onnx 不完整。",
    "Verify the model in Models, and copy it again from where it came.",
    "请在“模型”里校验它，并从来源重新复制。",
    "protobuf parsing failed at byte 81920",
  ),
  runtime: failure(
    "runtimeMissing",
    "The ONNX Runtime library was not found.",
    "找不到 ONNX Runtime 库文件。",
    "Install Quartet again, or set QUARTET_ORT to the library's path.",
    "请重新安装 Quartet，或把 QUARTET_ORT 设为库文件的路径。",
    "looked for /usr/lib/quartet/onnxruntime/libonnxruntime.so.1.27.0",
  ),
  sound: failure(
    "soundUnreadable",
    "The file holds no sound that can be read.",
    "文件中没有可以读取的声音。",
    "Choose a WAV, MP3, FLAC, Ogg (Vorbis or Opus), WebM or M4A file.",
    "请选择 WAV、MP3、FLAC、Ogg（Vorbis 或 Opus）、WebM 或 M4A 文件。",
    "unsupported feature: core (probe): no suitable format reader found",
  ),
  deaf: failure(
    "soundOutputNone",
    "No loudspeaker or headphone was found that sound can be played on.",
    "没有找到可以播放声音的扬声器或耳机。",
    "Connect one and press play again.",
    "请连接后再按播放。",
    "ALSA lists no device",
  ),
  noMicrophone: failure("microphoneNone", "No microphone was found.", "没有找到麦克风。", "Connect one and try again.", "请连接后重试。", "ALSA lists no device"),
  settings: failure(
    "settingsBroken",
    "The settings could not be read; they were set aside at /home/ada/.local/share/quartet/settings.json.broken.",
    "设置无法读取，已另存为 /home/ada/.local/share/quartet/settings.json.broken。",
    "Choose your settings again.",
    "请重新选择设置。",
    "expected value at line 1 column 1",
  ),
  elsewhere: failure(
    "modelElsewhere",
    "The model is not in /home/ada/Downloads/holiday-pictures itself, but in /home/ada/Downloads/holiday-pictures/model-0.",
    "模型不直接位于 /home/ada/Downloads/holiday-pictures，而在 /home/ada/Downloads/holiday-pictures/model-0 中。",
    "Choose that folder instead (in a terminal: quartet models add '/home/ada/Downloads/holiday-pictures/model-0').",
    "请改选该文件夹（在终端中：quartet models add '/home/ada/Downloads/holiday-pictures/model-0'）。",
    "",
  ),
  severalElsewhere: failure(
    "modelsElsewhere",
    "The folder /home/ada/Downloads/holiday-pictures is no model itself, but several lie in it.",
    "文件夹 /home/ada/Downloads/holiday-pictures 本身不是模型，里面有好几个模型的文件夹。",
    "Choose one of those folders (in a terminal, for the first: quartet models add '/home/ada/Downloads/holiday-pictures/model-0'). The details name them.",
    "请改选其中一个文件夹（在终端中，以第一个为例：quartet models add '/home/ada/Downloads/holiday-pictures/model-0'）。详细信息中列出了它们。",
    "/home/ada/Downloads/holiday-pictures/model-0",
  ),
  notes: failure("notesWindow", "The system did not open the window of the notes.", "系统没有打开讲稿窗口。", "Go on without it: the keys work on the stage. Then try again.", "可以不用它继续，舞台上的按键照常可用。之后再试一次。", "no display"),
  missing: failure("inputMissing", "The file is not there.", "文件不存在。", "", "", "no such file"),
  notAModel: failure(
    "modelNotRecognised",
    "This folder does not hold a model that Quartet knows.",
    "这个文件夹里没有 Quartet 认识的模型。",
    "Choose the folder that has config.json or model.toml in it.",
    "请选择含有 config.json 或 model.toml 的文件夹。",
    "no config.json, model_index.json or model.toml in /home/ada/Downloads/holiday-pictures",
  ),
};

export function models(): ModelSummary[] {
  const text = { modality: "text" as const, skill: "text" as const, licence: "Apache-2.0", loaded: false, added: false, problem: null };
  return [
    {
      ...text,
      id: "qwen2.5-coder-0.5b-instruct",
      name: { en: "Qwen2.5 Coder 0.5B", zh: "通义千问 2.5 Coder 0.5B" },
      summary: { en: "Fluent in English and Chinese, and writes sound Python.", zh: "中英文流畅，能写像样的 Python。" },
      languages: ["en", "zh"],
      bytes: 577_000_000,
      memoryMb: 900,
      isDefault: true,
      folder: "/usr/lib/quartet/models/qwen2.5-coder-0.5b-instruct",
    },
    {
      ...text,
      id: "smollm2-135m-instruct",
      name: { en: "SmolLM2 135M", zh: "SmolLM2 135M" },
      summary: { en: "Very small and very fast. English only, and often wrong: good for lessons.", zh: "非常小，非常快。只会英文，常常出错：适合上课。" },
      languages: ["en"],
      bytes: 148_000_000,
      memoryMb: 230,
      isDefault: false,
      folder: "/usr/lib/quartet/models/smollm2-135m-instruct",
    },
    {
      ...text,
      modality: "audio" as const,
      skill: "transcription" as const,
      licence: "MIT",
      id: "whisper-base",
      name: { en: "Whisper base", zh: "Whisper base" },
      summary: { en: "Writes down what is said, in 99 languages, with times.", zh: "把说的话写成文字，支持 99 种语言，带时间。" },
      languages: ["en", "zh"],
      bytes: 87_000_000,
      memoryMb: 230,
      isDefault: true,
      folder: "/usr/lib/quartet/models/whisper-base",
    },
    {
      ...text,
      modality: "audio" as const,
      skill: "speech" as const,
      id: "hibari-en",
      name: { en: "Hibari", zh: "Hibari" },
      summary: { en: "Speaks English, at once.", zh: "朗读英文，立刻出声。" },
      languages: ["en"],
      bytes: 40_000_000,
      memoryMb: 120,
      isDefault: true,
      folder: "/usr/lib/quartet/models/hibari-en",
    },
    {
      ...text,
      modality: "audio" as const,
      skill: "composition" as const,
      id: "melody",
      name: { en: "Melody", zh: "Melody 旋律" },
      summary: { en: "Writes tunes with chords, and plays them.", zh: "写带和弦的曲子，并演奏出来。" },
      languages: [],
      bytes: 9_000_000,
      memoryMb: 60,
      isDefault: true,
      folder: "/usr/lib/quartet/models/melody",
    },
    {
      ...text,
      id: "my-model",
      name: { en: "my-model", zh: "my-model" },
      summary: { en: "A folder that was added by hand.", zh: "手动添加的文件夹。" },
      licence: "unknown",
      languages: [],
      bytes: 1_200_000,
      memoryMb: 0,
      isDefault: false,
      added: true,
      folder: "/home/ada/models/my-model",
      problem: failures.load,
    },
  ];
}

export function info(model: string): TextModelInfo {
  return {
    model,
    contextLength: 4096,
    vocabularySize: 151_936,
    layers: model.startsWith("smol") ? 30 : 24,
    defaults: { temperature: 0.7, topK: 20, topP: 0.8, minP: 0, repetitionPenalty: 1.1, maxTokens: 512, seed: null, stop: [] },
    systemPrompt: null,
    cache: "inPlace",
    device: "cpu",
  };
}

/** How a text was made, as far as the window looks at it. */
export function textRecipe(work: Work, request: TextRequest): Recipe {
  return {
    quartet: "0.1.0",
    modality: "text",
    model: { id: work.model, licence: "Apache-2.0" },
    runtime: { version: "1.30.0", device: "cpu", threads: 0 },
    seconds: work.seconds,
    text: {
      request,
      stats: {
        reason: "endOfTurn",
        seed: 271828,
        promptTokens: 12,
        reusedTokens: 0,
        generatedTokens: 40,
        promptSeconds: 0.2,
        decodeSeconds: work.seconds - 0.2,
        contextLength: 4096,
        contextUsed: 52,
      },
    },
  };
}

/** The same for a picture, whose title is its prompt. */
export function pictureRecipe(work: Work): Recipe {
  const parameters = { width: null, height: null, steps: null, guidance: null, guidanceRescale: 0, seed: null, count: 1, strength: 0.7, style: "3d", scheduler: null, previews: true };
  return {
    quartet: "0.1.0",
    modality: "image",
    model: { id: work.model, licence: "Apache-2.0" },
    runtime: { version: "1.30.0", device: "cpu", threads: 0 },
    seconds: work.seconds,
    image: {
      request: { prompt: work.title, subject: { kind: "words" }, negativePrompt: "", parameters },
      stats: { seed: 4711, count: 1, width: 64, height: 64, steps: 20, guidance: 2, scheduler: "Flow-matching Euler", loadSeconds: 0.1, encodeSeconds: 0.1, denoiseSeconds: 1.2, decodeSeconds: 0.1 },
      factor: 4,
      upscaler: "realesr",
    },
  };
}

/** A kept text. */
export function textWork(id: string, title: string, createdAt: string, content: string): WorkDetail {
  const { defaults: parameters } = info("");
  const work: Work = { id, modality: "text", title, createdAt, model: "qwen2.5-coder-0.5b-instruct", seconds: 4.2, bytes: content.length, favourite: false, excerpt: content.slice(0, 320), removedAt: null, problem: null };
  const request: TextRequest = { messages: [{ role: "user", content: title }], answerStart: [], parameters: { ...parameters, seed: 271828 }, alternatives: 5 };
  return {
    work,
    content,
    recipe: JSON.stringify({ model: work.model, seed: 271828, parameters }, null, 2),
    made: textRecipe(work, request),
    file: `/home/ada/.local/share/quartet/works/${id}.md`,
  };
}

export function works(): WorkDetail[] {
  const one = textWork;
  return [
    one("w3", "Write a short news item about a roof garden on a primary school.", "2026-03-03T10:12:00Z", "# Pupils harvest their first tomatoes\n\nA primary school opened a **roof garden** yesterday. Four classes share twelve beds."),
    one("w2", "写一则关于周末停机维护的银行通知。", "2026-03-02T15:40:00Z", "**尊敬的客户：**\n\n周日凌晨一点至五点，手机银行将停机维护，银行卡照常使用。感谢您的理解。"),
    one("w1", "Explain recursion to a child.", "2026-03-01T08:05:00Z", "A box holds a smaller box, which holds a smaller box… until one box holds a sweet."),
  ];
}
