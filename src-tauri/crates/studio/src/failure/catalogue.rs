//! Every code a failure can carry, with its words in English and Simplified Chinese.

use serde::{Deserialize, Serialize};
use specta::Type;

/// The words of a code, each as (English, Simplified Chinese). `{name}` is a gap to fill.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words {
    pub(super) message: (&'static str, &'static str),
    pub(super) next_step: (&'static str, &'static str),
}

/// What is to be put right, for programs that distinguish no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// Nothing: it was stopped.
    Stopped,
    /// A model, or ONNX Runtime.
    Model,
    /// What was asked for: a request, a file, a work that does not exist.
    Input,
    /// The library; what was asked for is made all the same.
    Library,
    /// Quartet itself, or what it writes to and is heard through.
    Quartet,
}

macro_rules! codes {
    ($($code:ident ($cause:ident): [$en:expr, $zh:expr], [$next_en:expr, $next_zh:expr];)*) => {
        /// What went wrong, for programs. Closed: a new cause is a new code with its words.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
        #[serde(rename_all = "camelCase")]
        pub enum Code { $($code,)* }

        impl Code {
            pub const ALL: &'static [Self] = &[$(Self::$code,)*];

            pub fn cause(self) -> Cause {
                match self {
                    $(Self::$code => Cause::$cause,)*
                }
            }

            pub(super) fn words(self) -> Words {
                match self {
                    $(Self::$code => Words { message: ($en, $zh), next_step: ($next_en, $next_zh) },)*
                }
            }
        }
    };
}

codes! {
    Cancelled (Stopped):
        ["Stopped.", "已停止。"],
        ["Start again whenever you like.", "随时可以重新开始。"];

    RuntimeMissing (Model):
        ["ONNX Runtime, the engine that runs the models, was not found at {path}.",
         "在 {path} 没有找到运行模型的引擎 ONNX Runtime。"],
        ["Install Quartet again, or set QUARTET_ORT to the library's file.",
         "请重新安装 Quartet，或把 QUARTET_ORT 设为该库文件的路径。"];
    RuntimeArchitecture (Model):
        ["The ONNX Runtime library is built for {found}; this computer's Quartet needs {needed}.",
         "ONNX Runtime 库是为 {found} 编译的，而这台电脑上的 Quartet 需要 {needed}。"],
        ["Install the Quartet package made for this computer.", "请安装适合这台电脑的 Quartet 安装包。"];
    RuntimeTooOld (Model):
        ["The ONNX Runtime library is version {found}; {needed} or newer is needed.",
         "ONNX Runtime 库的版本是 {found}，需要 {needed} 或更新的版本。"],
        ["Install Quartet again, or point QUARTET_ORT to a newer library.",
         "请重新安装 Quartet，或让 QUARTET_ORT 指向更新的库。"];
    RuntimeReports (Model):
        ["The ONNX Runtime library at {path} would report to {endpoint}. It was not loaded: nothing leaves this computer.",
         "位于 {path} 的 ONNX Runtime 库会向 {endpoint} 发送报告，因此没有加载：任何数据都不会离开这台电脑。"],
        ["Install Quartet again, or bring a library of version 1.27 or older, or start Quartet with ORT_DISABLE_TELEMETRY=1.",
         "请重新安装 Quartet，或使用 1.27 及更早版本的库，或在启动前设置 ORT_DISABLE_TELEMETRY=1。"];
    RuntimeUnusable (Model):
        ["The ONNX Runtime library at {path} could not be started.",
         "位于 {path} 的 ONNX Runtime 库无法启动。"],
        ["Install Quartet again; the file may be damaged.", "文件可能已损坏，请重新安装 Quartet。"];
    DeviceUnavailable (Model):
        ["The device “{device}” is not available.", "设备“{device}”不可用。"],
        ["Choose the processor in Settings.", "请在“设置”中选择处理器。"];
    OutOfMemory (Model):
        ["This computer ran out of memory.", "电脑的内存不够了。"],
        ["Close other programs, shorten the conversation, or choose a smaller model.",
         "请关闭其他程序、缩短对话，或换用更小的模型。"];
    RunFailed (Model):
        ["The model failed while it was running.", "模型在运行中出错了。"],
        ["Try again. If it happens again, verify the model's files in Models.",
         "请重试。若仍然出错，请在“模型”页面校验模型文件。"];

    ModelUnknown (Model):
        ["There is no model called “{model}”.", "没有名为“{model}”的模型。"],
        ["Choose another in Models, or add the folder that holds it.",
         "请在“模型”页面选择其他模型，或添加它所在的文件夹。"];
    ModelNone (Model):
        ["No model that can do this is installed.", "还没有安装能完成这项任务的模型。"],
        ["Add a model's folder in Models, or install Quartet again: its packages bring models.",
         "请在“模型”页面添加模型文件夹，或重新安装 Quartet：安装包自带模型。"];
    ModelFolderMissing (Input):
        ["There is no folder at {path}.", "{path} 处没有文件夹。"],
        ["Check the path, or choose the folder again.", "请检查路径，或重新选择文件夹。"];
    ModelNotRecognised (Model):
        ["The folder {path} holds no model that Quartet knows.",
         "文件夹 {path} 中没有 Quartet 认识的模型。"],
        ["Choose the folder that holds config.json, tokenizer.json and an .onnx file, as transformers.js and optimum write it, or model_index.json, as diffusers does.",
         "请选择直接包含 config.json、tokenizer.json 和 .onnx 文件的文件夹（transformers.js 或 optimum 的布局），或包含 model_index.json 的文件夹（diffusers 的布局）。"];
    ModelElsewhere (Model):
        ["The model is not in {path} itself, but in {folder}.",
         "模型不直接位于 {path}，而在 {folder} 中。"],
        ["Choose that folder instead (in a terminal: quartet models add {typed}).",
         "请改选该文件夹（在终端中：quartet models add {typed}）。"];
    ModelsElsewhere (Model):
        ["The folder {path} is no model itself, but several lie in it.",
         "文件夹 {path} 本身不是模型，里面有好几个模型的文件夹。"],
        ["Choose one of those folders (in a terminal, for the first: quartet models add {typed}). The details name them.",
         "请改选其中一个文件夹（在终端中，以第一个为例：quartet models add {typed}）。详细信息中列出了它们。"];
    ModelIsFile (Input):
        ["{path} is not a folder, and a model is a folder of several files.",
         "{path} 不是文件夹，而模型是包含多个文件的文件夹。"],
        ["Choose the folder that holds config.json, tokenizer.json and an .onnx file, or model_index.json.",
         "请选择直接包含 config.json、tokenizer.json 和 .onnx 文件，或包含 model_index.json 的文件夹。"];
    ModelDescription (Model):
        ["The description of the model in {path} cannot be used.",
         "{path} 中的模型说明无法使用。"],
        ["Mend model.toml as the detail says, or copy the model's folder again.",
         "请按详细信息修改 model.toml，或重新复制模型文件夹。"];
    ModelIncomplete (Model):
        ["The model's folder lacks {part}.", "模型文件夹中缺少 {part}。"],
        ["Copy the whole model folder again.", "请重新复制完整的模型文件夹。"];
    ModelBroken (Model):
        ["A file of the model cannot be read: {path}.", "模型的一个文件无法读取：{path}。"],
        ["Copy the model again; the file may be damaged or cut short.",
         "文件可能已损坏或不完整，请重新复制模型。"];
    ModelEscapes (Model):
        ["A file of the model points outside the model's own folder: {path}.",
         "模型的一个文件指向模型文件夹之外：{path}。"],
        ["Use a copy of the model whose files lie in one folder, from a source you trust.",
         "请使用所有文件都在同一文件夹内、来源可信的模型副本。"];
    ModelUnsupported (Model):
        ["Quartet cannot run this kind of model.", "Quartet 无法运行这种模型。"],
        ["Choose another model; the detail says what it would need.",
         "请换用其他模型；详细信息说明了它所需要的条件。"];
    ModelTemplate (Model):
        ["The model's chat template failed.", "模型的对话模板出错了。"],
        ["Remove the system prompt and try again, or choose another model: some templates refuse some roles.",
         "请去掉系统提示词后重试，或换用其他模型：有些模板不接受某些角色。"];
    ModelNotFinite (Model):
        ["The model gave numbers that make no sense.", "模型给出了无意义的数值。"],
        ["Verify the model's files in Models, or choose another model.",
         "请在“模型”页面校验模型文件，或换用其他模型。"];
    ModelOverflow (Model):
        ["The model computes in half precision, and a number grew too large for it.",
         "模型使用半精度计算，有数值超出了它的范围。"],
        ["Use the float32 export of this model, or lower the guidance.",
         "请使用该模型的 float32 版本，或降低引导强度。"];
    SchedulerUnknown (Model):
        ["The sampling method “{scheduler}” is not one Quartet knows.",
         "Quartet 不认识采样方法“{scheduler}”。"],
        ["Choose another sampling method for this run.", "请为本次生成选择其他采样方法。"];
    InputMissing (Input):
        ["The file {path} is not there or cannot be opened.",
         "文件 {path} 不存在或无法打开。"],
        ["Check its path, and that you may read it.", "请检查路径，以及你是否有读取权限。"];
    InputFolder (Input):
        ["{path} is a folder, where a file is needed.", "{path} 是文件夹，这里需要的是文件。"],
        ["Choose one of the files in it.", "请选择其中的一个文件。"];
    InputNotRegular (Input):
        ["{path} is a device, a pipe or a socket, where a file is needed.",
         "{path} 是设备、管道或套接字，这里需要的是普通文件。"],
        ["Save what comes out of it as a file first, then choose that file.",
         "请先把其中的内容保存成文件，再选择那个文件。"];
    InputEmpty (Input):
        ["The file {path} is empty: there is not a byte in it.", "文件 {path} 是空的：里面没有任何内容。"],
        ["Copy, download or save it again, or choose another file.",
         "请重新复制、下载或保存该文件，或选择其他文件。"];
    FilmFolder (Input):
        ["The folder {path} holds no pictures that could become a film.",
         "文件夹 {path} 中没有可以制成影片的图片。"],
        ["Choose a folder with PNG, JPEG, WebP, GIF, BMP or TIFF files right in it, or a film's file.",
         "请选择直接包含 PNG、JPEG、WebP、GIF、BMP 或 TIFF 图片的文件夹，或选择影片文件。"];
    PathNotChosen (Input):
        ["The window asked for {path}, which nobody chose.", "窗口要使用 {path}，但没有人选择过它。"],
        ["Choose the file or the folder once more.", "请重新选择这个文件或文件夹。"];
    PictureUnreadable (Input):
        ["The picture cannot be read.", "无法读取这张图片。"],
        ["Use a PNG, JPEG, WebP, GIF, BMP or TIFF file; this one may be damaged or cut short.",
         "请使用 PNG、JPEG、WebP、GIF、BMP 或 TIFF 文件；该文件可能已损坏或不完整。"];
    PictureEncoding (Input):
        ["The file is {kind}, which Quartet cannot read as a picture.",
         "该文件是 {kind}，Quartet 无法将其作为图片读取。"],
        ["Open it in the program that shows it and export it as PNG or JPEG. Phones write JPEG when their camera is set to “most compatible”.",
         "请用能显示它的程序打开，并导出为 PNG 或 JPEG。手机相机设为“兼容性最佳”时会直接保存为 JPEG。"];
    FilmPicture (Input):
        ["A picture of the film cannot be used: {path}.", "影片中的一张图片无法使用：{path}。"],
        ["Replace it by a PNG or JPEG file, or take it out of the film; the detail says what is wrong.",
         "请换成 PNG 或 JPEG 文件，或将其从影片中去掉；详细信息说明了原因。"];
    ResultTooLarge (Input):
        ["The result would be {width} × {height} pixels; Quartet makes up to {limit} on a side.",
         "结果将为 {width} × {height} 像素；Quartet 每边最多生成 {limit} 像素。"],
        ["Make it {factor} times as large instead.", "请改为放大 {factor} 倍。"];
    PictureTooLargeToEnlarge (Input):
        ["The picture is {own_width} × {own_height} pixels, and {factor} times as large it would be {width} × {height}; Quartet makes up to {limit} on a side.",
         "图片为 {own_width} × {own_height} 像素，放大 {factor} 倍将为 {width} × {height} 像素；Quartet 每边最多生成 {limit} 像素。"],
        ["No factor fits: even {smallest} times is too large. Make the picture at most {side} pixels on a side first, or cut out the part you need.",
         "没有合适的倍数：即使放大 {smallest} 倍也过大。请先把图片缩小到每边不超过 {side} 像素，或裁剪出需要的部分。"];
    PictureTooLarge (Input):
        ["The picture is {width} × {height} pixels; Quartet reads up to {limit} on a side.",
         "图片为 {width} × {height} 像素；Quartet 每边最多读取 {limit} 像素。"],
        ["Make it smaller first, or cut out the part you need.", "请先缩小图片，或裁剪出需要的部分。"];
    FilmUnreadable (Input):
        ["The file holds no film that can be read.", "文件中没有可以读取的影片。"],
        ["Choose a GIF, APNG, animated WebP, Y4M, an MP4, MOV or MKV with H.264, an AVI or MOV with Motion JPEG, or several pictures; the detail says what is wrong.",
         "请选择 GIF、APNG、动态 WebP、Y4M，采用 H.264 的 MP4、MOV、MKV，采用 Motion JPEG 的 AVI、MOV，或多张图片；详细信息说明了原因。"];
    FilmEncoding (Input):
        ["The film’s pictures are encoded as {codec}, which Quartet cannot decode.",
         "影片的画面采用 {codec} 编码，Quartet 无法解码。"],
        ["Export it as H.264 first, progressive, with 8 bits and 4:2:0 colour: phones call that “most compatible”, and free converters such as HandBrake write it.",
         "请先将其导出为逐行、8 位、4:2:0 的 H.264：手机上通常称为“兼容性最佳”，HandBrake 等免费转换工具也能生成。"];
    FilmContainer (Input):
        ["The film is a {container} file, which Quartet cannot open.",
         "影片是 {container} 文件，Quartet 无法打开。"],
        ["Convert it to MP4 with H.264 first; free converters such as HandBrake do that.",
         "请先将其转换为采用 H.264 的 MP4；HandBrake 等免费转换工具可以做到。"];
    FilmTooLarge (Input):
        ["The film would be {width} × {height} pixels; an MP4 can be about 3840 × 2160 here.",
         "影片将为 {width} × {height} 像素；这里的 MP4 最大约为 3840 × 2160。"],
        ["Choose WebP or PNG, or enlarge it less.", "请选择 WebP 或 PNG，或减小放大倍数。"];
    FilmCutShort (Input):
        ["The clip’s file is cut short. Its first {frames} frames are whole, and the film was made of them.",
         "片段文件不完整：前 {frames} 帧是完整的，影片由它们制成。"],
        ["Copy or download the clip again if you need the rest.", "如果需要其余部分，请重新复制或下载该片段。"];
    FilmFramesLost (Input):
        ["{frames} frames of the clip could not be decoded and were left out.",
         "片段中有 {frames} 帧无法解码，已被跳过。"],
        ["Look at the film. If too much is missing, export the clip again as H.264.",
         "请查看影片；如果缺失过多，请将片段重新导出为 H.264。"];
    FilmFramesShort (Input):
        ["Frames follow each other faster than players show them in {format}, so some were left out; the film lasts as long.",
         "画面更替的速度超过了播放器在 {format} 中能显示的速度，因此省略了一部分帧；影片时长不变。"],
        ["Choose MP4 to see every frame, or make the film less smooth.",
         "如需显示每一帧，请选择 MP4，或降低影片的流畅度。"];
    FilmFramesFewer (Input):
        ["Players do not show frames for so short a time in {format}. So {frames} frames were made instead of {asked}; the film lasts as long, and its frames follow each other as fast as they can.",
         "在 {format} 中，播放器无法显示这么短的帧，因此生成了 {frames} 帧而不是 {asked} 帧；影片时长不变，帧与帧之间已达到可显示的最快速度。"],
        ["Choose MP4 for every frame that you asked for.", "如需要求的全部帧，请选择 MP4。"];
    FilmSoundFormat (Input):
        ["The clip’s sound is not in the film: a {format} file holds none.",
         "影片中没有片段的声音：{format} 文件不能包含声音。"],
        ["Choose MP4 to keep the sound.", "如需保留声音，请选择 MP4。"];
    FilmSoundSlower (Input):
        ["The clip’s sound is not in the film: it does not fit a film that is slower.",
         "影片中没有片段的声音：放慢后的影片与声音不再同步。"],
        ["Make the clip smoother instead of slower to keep its sound, or add sound in a video editor.",
         "如需保留声音，请为片段选择“更多帧”而不是“慢动作”，或用视频编辑软件另加声音。"];
    FilmSoundEncoding (Input):
        ["The clip’s sound is not in the film: {codec} sound cannot be copied into an MP4.",
         "影片中没有片段的声音：{codec} 声音无法复制到 MP4 中。"],
        ["Convert the clip to MP4 with AAC sound first.", "请先将片段转换为带 AAC 声音的 MP4。"];
    FilmGone (Input):
        ["There is no film here that could be saved: it is still being made, or its frames are no longer at hand.",
         "没有可以保存的影片：它仍在制作中，或者画面已经不在了。"],
        ["Save it when it is made. Only the last few films stay at hand; make an older one again.",
         "请在制作完成后保存。只有最近的几部影片会保留画面，更早的请重新生成。"];
    ModelChanged (Model):
        ["A file of the model is not the one that was installed: {path}.",
         "模型的一个文件与安装时不同：{path}。"],
        ["Install or copy the model again.", "请重新安装或复制该模型。"];
    ModelUnverifiable (Model):
        ["This model's folder carries no checksums, so its files cannot be verified.",
         "这个模型文件夹没有附带校验值，无法校验文件。"],
        ["Nothing is known to be wrong with it. Use it only if you trust where it came from.",
         "目前没有发现问题。请仅在信任其来源时使用。"];
    ModelTooLarge (Model):
        ["The model needs {needed} MB of memory; models may use {budget} MB.",
         "该模型需要 {needed} MB 内存，而模型可用的内存上限是 {budget} MB。"],
        ["Raise the memory for models in Settings, or choose a smaller model.",
         "请在“设置”中提高模型可用的内存，或换用更小的模型。"];
    ModelWrongKind (Model):
        ["The model “{model}” does not make this kind of work.", "模型“{model}”不能生成这类作品。"],
        ["Choose a model made for it.", "请选择适合的模型。"];
    ModelBuiltIn (Model):
        ["The model “{model}” came with Quartet and cannot be taken off the list.",
         "模型“{model}”是 Quartet 自带的，不能从列表中移除。"],
        ["Only folders you added yourself can be removed here.", "这里只能移除你自己添加的文件夹。"];

    ModelShared (Model):
        ["The model “{model}” is shared by all accounts of this computer, so it cannot be taken off the list here: {path}.",
         "模型“{model}”由这台电脑的所有账户共用，不能在这里从列表中移除：{path}。"],
        ["Ask whoever looks after this computer to remove its folder.",
         "请联系管理这台电脑的人删除该文件夹。"];

    SoundUnreadable (Input):
        ["The file holds no sound that can be read.", "文件中没有可以读取的声音。"],
        ["Choose a WAV, MP3, FLAC, Ogg (Vorbis or Opus), WebM or M4A file; the detail says what is wrong.",
         "请选择 WAV、MP3、FLAC、Ogg（Vorbis 或 Opus）、WebM 或 M4A 文件；详细信息说明了原因。"];
    SoundEncoding (Input):
        ["The sound is encoded as {codec}, which Quartet cannot decode.",
         "声音采用 {codec} 编码，Quartet 无法解码。"],
        ["Save it as MP3, WAV, FLAC or M4A first; most players and recorders can.",
         "请先将其另存为 MP3、WAV、FLAC 或 M4A；大多数播放器和录音软件都能做到。"];
    SoundGone (Input):
        ["The recording is no longer at {path}.", "录音已不在 {path}。"],
        ["Put the file back, or choose it again. The transcript itself is whole.",
         "请把文件放回原处，或重新选择。文字稿仍然完整。"];
    SoundOutputNone (Quartet):
        ["No loudspeaker or headphone was found that sound can be played on.",
         "没有找到可以播放声音的扬声器或耳机。"],
        ["Connect one and press play again. Everything else works without it, and the sound can be saved as a file.",
         "请连接后再按播放。其他部分不受影响，声音也可以保存为文件。"];
    SoundOutputFailed (Quartet):
        ["The sound device could not be opened.", "无法打开声音设备。"],
        ["Another program may be using it. Choose another device, or try again.",
         "可能有其他程序正在使用。请换一个设备，或重试。"];
    SoundOutputLost (Quartet):
        ["The sound device went away while it was playing.", "播放时声音设备断开了。"],
        ["Connect it again or choose another device, then press play: it goes on where it stopped.",
         "请重新连接或换一个设备，再按播放：会从停下的地方继续。"];
    MicrophoneNone (Quartet):
        ["No microphone was found.", "没有找到麦克风。"],
        ["Connect one and try again, or choose a sound file instead.",
         "请连接麦克风后重试，或改为选择声音文件。"];
    MicrophoneFailed (Quartet):
        ["The microphone could not be opened.", "无法打开麦克风。"],
        ["Allow Quartet to use it in the system's settings, close other programs that use it, or choose another one.",
         "请在系统设置中允许 Quartet 使用麦克风、关闭正在使用它的其他程序，或换一个麦克风。"];
    MicrophoneLost (Quartet):
        ["The microphone went away while it was recording.", "录音时麦克风断开了。"],
        ["What was said until then is kept and can be written down. Connect it again for another recording.",
         "此前的录音已保存，可以写成文字。重新连接后可再次录音。"];
    RecordingNotSaved (Quartet):
        ["The recording could not be written to {path}.", "无法将录音写入 {path}。"],
        ["Check that the disk has space and that you may write to the folder.",
         "请检查磁盘空间以及文件夹的写入权限。"];
    NothingToSumUp (Input):
        ["Nobody speaks in this recording, so there is nothing to sum up.",
         "录音中没有人说话，没有可以总结的内容。"],
        ["Choose another recording, or check that the microphone was on.",
         "请选择其他录音，或检查麦克风是否打开。"];
    StoryEmpty (Input):
        ["The text model wrote no lines for this story.", "文本模型没有为这个故事写出任何句子。"],
        ["Try again, put the topic in other words, or choose another text model.",
         "请重试、换一种说法描述主题，或换用其他文本模型。"];
    PromptEmpty (Input):
        ["There is nothing to answer yet.", "还没有可以回答的内容。"],
        ["Write a prompt first.", "请先输入提示词。"];
    NothingToDraw (Input):
        ["There is nothing to draw yet.", "还没有要画的内容。"],
        ["Say in a few words what is to be seen: every picture and every scene needs that.",
         "请用几个词描述要看到的内容：每张图片、每个场景都需要描述。"];
    StoryboardUnreadable (Input):
        ["The storyboard {path} cannot be used.", "无法使用分镜文件 {path}。"],
        ["It is a JSON file with a list “scenes”, each with a “prompt” and “seconds”; the detail says what is wrong.",
         "分镜是一个 JSON 文件，其中的列表“scenes”为每个场景给出“prompt”和“seconds”；详细信息说明了原因。"];
    PromptNotText (Input):
        ["The prompt could not be read as text.", "提示词不是可读取的文本。"],
        ["Save it as UTF-8 text and try again.", "请将其保存为 UTF-8 文本后重试。"];
    PromptTooLong (Input):
        ["The conversation is {tokens} tokens long; this model reads fewer than {limit}.",
         "这段对话有 {tokens} 个词元，而该模型最多只能读不到 {limit} 个。"],
        ["Shorten the prompt, start a new conversation, or choose a model that reads more.",
         "请缩短提示词、新建对话，或换用上下文更长的模型。"];
    NothingToSay (Input):
        ["There is nothing in the text that this voice can say.", "文本中没有这个声音能读出来的内容。"],
        ["Write some words in a language that the voice speaks.", "请输入这个声音所使用语言的文字。"];
    VoiceLanguage (Input):
        ["The voice “{voice}” does not speak Chinese.", "声音“{voice}”不会说中文。"],
        ["Choose one of these voices: {able}.", "请选择以下声音之一：{able}。"];
    SpeechLanguage (Input):
        ["No voice of this model speaks Chinese.", "这个模型没有会说中文的声音。"],
        ["Choose a model that does: {models} (in a terminal: --model {id}).",
         "请换用会说中文的模型：{models}（在终端中：--model {id}）。"];
    TextTooLong (Input):
        ["The text is {found} characters long; at most {limit} can be spoken at once.",
         "文本有 {found} 个字符，一次最多能朗读 {limit} 个。"],
        ["Cut it into parts and speak them one after the other.", "请分成几部分依次朗读。"];
    ParameterOutOfRange (Input):
        ["The {name} is {found}; it must be {allowed}.", "“{found}”不能用作{name}；可以是：{allowed}。"],
        ["Change it, or reset the parameters to the model's own.", "请修改，或恢复为模型的默认参数。"];
    TokenUnknown (Input):
        ["Token {token} is not in this model's vocabulary.", "词元 {token} 不在该模型的词表中。"],
        ["Begin the answer anew: it was made by another model.", "这是另一个模型生成的回答，请重新生成。"];

    LibraryUnavailable (Library):
        ["The library at {path} could not be opened.", "无法打开位于 {path} 的作品库。"],
        ["Check that the disk is there and that you may write to the folder. Quartet works without it, but keeps nothing.",
         "请检查磁盘是否可用、你是否有该文件夹的写入权限。没有作品库也能使用 Quartet，只是不会保存作品。"];
    LibraryReadOnly (Library):
        ["The library at {path} cannot be written to, so nothing new is kept.",
         "位于 {path} 的作品库不可写入，新作品不会被保存。"],
        ["Copy the result if you need it, and give yourself permission to write to the folder.",
         "如需保留请复制结果，并为该文件夹开启写入权限。"];
    LibraryFull (Library):
        ["The disk is full, so the result was not kept.", "磁盘已满，结果没有保存。"],
        ["Copy the result, then free some space. What was kept before is safe.",
         "请先复制结果，再清理磁盘空间。之前保存的作品都安全。"];
    LibraryNewer (Library):
        ["The library at {path} was made by a newer Quartet.", "位于 {path} 的作品库由更新版本的 Quartet 创建。"],
        ["Install the newer Quartet. This one leaves the library untouched.",
         "请安装更新的 Quartet；当前版本不会改动该作品库。"];
    LibraryBusy (Library):
        ["Another copy of Quartet is busy with the library.", "另一个 Quartet 正在使用作品库。"],
        ["Wait a moment and try again.", "请稍候再试。"];
    LibraryFailed (Library):
        ["The library could not do that.", "作品库未能完成操作。"],
        ["Try again. The detail says what the disk or the database answered.",
         "请重试。详细信息中有磁盘或数据库的答复。"];
    LibraryRebuilt (Library):
        ["The library's index was damaged. It was set aside at {path} and built anew from the works.",
         "作品库的索引已损坏，已移至 {path}，并根据作品文件重建。"],
        ["Check that your works are there; what was damaged is still on the disk.",
         "请检查作品是否齐全；损坏的索引仍保留在磁盘上。"];
    WorkUnknown (Input):
        ["There is no such work in the library.", "作品库中没有这件作品。"],
        ["Reload the library, and choose one that is in it.", "请刷新作品库，然后选择其中的作品。"];
    CollectionUnknown (Input):
        ["This collection is no longer in the library.", "这个作品集已不在作品库中。"],
        ["Reload the library.", "请刷新作品库。"];
    CollectionName (Input):
        ["A collection cannot be called “{name}”: the name is taken or empty.",
         "作品集不能叫“{name}”：名称已被使用，或是空的。"],
        ["Choose another name.", "请换一个名称。"];
    WorkFileMissing (Library):
        ["The file of this work is gone: {path}.", "这件作品的文件不见了：{path}。"],
        ["Put the file back, or make the work again from its recipe.",
         "请把文件放回原处，或根据配方重新生成。"];
    WorkFileBroken (Library):
        ["The file of this work cannot be read: {path}.", "无法读取这件作品的文件：{path}。"],
        ["It may have been changed by another program. Make the work again from its recipe.",
         "文件可能被其他程序改动过，请根据配方重新生成。"];
    ExportFormat (Input):
        ["This work cannot be written as a file of the kind “{kind}”.", "这件作品不能写成“{kind}”类型的文件。"],
        ["Choose one of these endings: {allowed}.", "请选择以下扩展名之一：{allowed}。"];
    ExportFailed (Quartet):
        ["The work could not be written to {path}.", "无法将作品写入 {path}。"],
        ["Choose another place with free space that you may write to, or a shorter name.",
         "请换一个有空间、可写入的位置，或改用较短的文件名。"];
    OutputIsInput (Input):
        ["{path} is what this is made from, and would be overwritten.", "{path} 正是要读取的原文件，写入会把它覆盖。"],
        ["Choose another name for the result. The original is untouched.", "请为结果换一个文件名。原文件没有改动。"];
    OutputInLibrary (Input):
        ["{path} is in the library's own folder, where its works lie.", "{path} 在作品库自己的文件夹中，那里存放的是作品。"],
        ["Choose another place for the result. The library keeps its own copy anyway.", "请为结果另选一个位置。作品库会自己保存一份。"];
    OutputFolder (Input):
        ["{path} is a folder, where the name of a new file is needed.", "{path} 是文件夹，这里需要的是新文件的名称。"],
        ["Name a file in that folder, with one of these endings: {allowed}.",
         "请写出该文件夹中的文件名，并使用以下扩展名之一：{allowed}。"];
    OutputNotFile (Input):
        ["{path} is a device, a pipe, a socket or a link in a circle; results are written to files only.",
         "{path} 是设备、管道、套接字或循环的链接，而结果只能写入普通文件。"],
        ["Choose the name of a file, with one of these endings: {allowed}.",
         "请改用文件名，并使用以下扩展名之一：{allowed}。"];
    OutputStdout (Input):
        ["{path} stands for what a program prints, and results are written to files only.",
         "{path} 表示标准输出，而结果只能写入普通文件。"],
        ["Choose the name of a file, with one of these endings: {allowed}.",
         "请改用文件名，并使用以下扩展名之一：{allowed}。"];
    OutputFolderMissing (Input):
        ["There is no folder {path} to write into.", "没有可以写入的文件夹 {path}。"],
        ["Make that folder first, or choose a place in one that is there.", "请先创建该文件夹，或选择已有的文件夹。"];
    OutputNoEnding (Input):
        ["The name “{name}” has no ending, which says what kind of file it is to be.",
         "名称“{name}”没有扩展名，无法确定文件类型。"],
        ["Add one of these endings, as in “{stem}.{first}”: {allowed}.",
         "请加上以下扩展名之一，例如“{stem}.{first}”：{allowed}。"];
    OutputOnlyEnding (Input):
        ["“{name}” is an ending without a name before it.", "“{name}”只有扩展名，前面没有名称。"],
        ["Put a name before it, with one of these endings, as in “result.{first}”: {allowed}.",
         "请在前面加上名称，并使用以下扩展名之一，例如“result.{first}”：{allowed}。"];
    OutputName (Input):
        ["The disk takes no file of this name: {path}.", "磁盘不接受这个文件名：{path}。"],
        ["Choose a shorter name, of letters and digits.", "请改用较短的、由文字和数字组成的名称。"];
    OutputDenied (Input):
        ["You may not write to {path}.", "没有写入 {path} 的权限。"],
        ["Choose another place, or give yourself permission to write there.", "请换一个位置，或为其开启写入权限。"];

    SettingsBroken (Quartet):
        ["The settings could not be read; they were set aside at {path}.",
         "设置无法读取，原文件已移至 {path}。"],
        ["Check your settings: those that could not be read are back to their defaults.",
         "请检查设置：无法读取的项目已恢复为默认值。"];
    SettingsUnreadable (Quartet):
        ["The settings at {path} cannot be read, so the defaults are in use.",
         "无法读取位于 {path} 的设置，正在使用默认值。"],
        ["Check that you may read the file. It was left as it is.",
         "请检查该文件的读取权限；文件没有被改动。"];
    SettingsNotSaved (Quartet):
        ["The settings could not be saved at {path}.", "无法将设置保存到 {path}。"],
        ["Check that the disk has space and that you may write to the folder.",
         "请检查磁盘空间以及文件夹的写入权限。"];

    LessonUnknown (Input):
        ["There is no lesson called “{lesson}”.", "没有名为“{lesson}”的课程。"],
        ["Choose one of the lessons on Start, or put its folder into “lessons” of the data folder.",
         "请在“开始”页选择课程，或把课程文件夹放入数据文件夹的“lessons”中。"];
    LessonBroken (Input):
        ["The lesson {path} cannot be used: {count} things in it are wrong.", "课程 {path} 无法使用：其中有 {count} 处问题。"],
        ["Mend what is listed with its line, then check it again.", "请按列出的行号改正，然后重新检查。"];
    LessonClaim (Input):
        ["What the lesson claims held in {held} of {sets} tries.", "课程的论断在 {sets} 次尝试中成立了 {held} 次。"],
        ["Change the experiment or the claim until it holds in at least two of three tries.",
         "请修改实验或论断，使其在三次尝试中至少成立两次。"];
    LessonFile (Input):
        ["The lesson has no file {path} that it names itself.", "课程没有提到或不存在文件 {path}。"],
        ["Check the lesson's folder: pictures and recorded runs lie in it, as files.",
         "请检查课程文件夹：图片和录制的运行结果应是其中的文件。"];
    LessonDraft (Input):
        ["The lesson “{lesson}” is still a draft: {count} things in it are missing or wrong.", "课程“{lesson}”还是草稿：有 {count} 处缺少内容或有问题。"],
        ["Open it with Edit and fill in what is marked.", "请点“编辑”打开它，补全标出的地方。"];
    LessonPicture (Input):
        ["The picture {path} says that an AI made it, and made smaller it would no longer say so.", "图片 {path} 标明由 AI 生成，缩小后这个标识就会丢失。"],
        ["Choose one of at most 2 MB and 4096 pixels a side, as PNG, JPEG or WebP.",
         "请选择不超过 2 MB、每边不超过 4096 像素的 PNG、JPEG 或 WebP 图片。"];
    LessonNotWritten (Quartet):
        ["The lesson could not be written to {path}.", "无法把课程写入 {path}。"],
        ["Check that there is room on the disk and that you may write there, and try again.",
         "请检查磁盘空间和写入权限，然后重试。"];

    LessonChanged (Input):
        ["The lesson “{lesson}” has changed since these results came out.", "课程“{lesson}”在得到这些结果之后改动过。"],
        ["Begin it again, then hand in: the questions in the file would not be those of its results.",
         "请重新做一遍再提交，否则文件里的问题和结果对不上。"];
    HandInNothing (Input):
        ["There is nothing to hand in yet.", "还没有可以提交的内容。"],
        ["Make a prediction or run a step of the lesson first.", "请先在课程里做一次预测，或运行一个步骤。"];
    HandInTooLarge (Input):
        ["The hand-in {path} is larger than 5 MB.", "作业文件 {path} 超过了 5 MB。"],
        ["Quartet writes no larger ones, and reads none. Ask for the file as Quartet wrote it; where this is your own, begin the lesson again and hand in fewer tries.",
         "Quartet 写出的作业文件不会更大，更大的也不读取。请让学生重新交 Quartet 写出的原文件；如果这是你自己的作业，请重新做这堂课，少留几次尝试。"];
    HandInForeign (Input):
        ["{path} is no hand-in that Quartet wrote.", "{path} 不是 Quartet 写出的作业文件。"],
        ["Ask for the HTML file that “Hand in” wrote at the end of the lesson.",
         "请让学生交课程结束时用“提交作业”写出的 HTML 文件。"];
    HandInDamaged (Input):
        ["The data in {path} is damaged: it is not what Quartet wrote.", "{path} 中的数据已损坏，与 Quartet 写出的不一致。"],
        ["Ask for the file once more, as it was written: mailed as an attachment, or on a stick.",
         "请让学生把原文件再交一次：作为邮件附件，或用 U 盘拷贝。"];
    HandInNewer (Input):
        ["{path} was written by a newer Quartet.", "{path} 由更新版本的 Quartet 写出。"],
        ["Install the newer Quartet to read it.", "请安装更新的 Quartet 再读取。"];
    HandInTwice (Input):
        ["{path} holds the very same as {other}.", "{path} 与 {other} 的内容完全相同。"],
        ["It is counted once. Where two learners hand in one file, ask both.",
         "只统计一次。如果两名学生交了同一个文件，请分别询问。"];
    HandInPageChanged (Input):
        ["The page {path} was changed after it was written; the data in it is whole.",
         "页面 {path} 写出之后被改动过；其中的数据完好。"],
        ["The table is made from the data. Saving from a browser changes the page too.",
         "表格以数据为准。用浏览器另存也会改动页面。"];
    HandInUnreadable (Input):
        ["{path} cannot be read.", "无法读取 {path}。"],
        ["Check that it is there and that you may read it; the detail says what the system answered.",
         "请检查它是否存在、你是否有读取权限；详细信息中有系统的答复。"];
    HandInsTooMany (Input):
        ["There are more than {limit} files in {path}; the rest was not looked at.",
         "{path} 中的文件超过 {limit} 个，其余的没有读取。"],
        ["Put the hand-ins of one class into a folder of their own.", "请把一个班的作业放进单独的文件夹。"];
    HandInsNone (Input):
        ["There is no hand-in in {path}.", "{path} 中没有作业文件。"],
        ["Choose the folder that holds the HTML files of your class.", "请选择存放全班 HTML 作业文件的文件夹。"];
    DeckUnknown (Input):
        ["There is no deck called “{deck}”.", "没有名为“{deck}”的演示流程。"],
        ["Choose one of the decks on Start.", "请在“开始”页选择演示流程。"];
    DeckBroken (Input):
        ["The deck {path} cannot be used: {count} things in it are wrong.", "演示流程 {path} 无法使用：其中有 {count} 处问题。"],
        ["Mend what is listed with its line, or make the deck anew on Start.",
         "请按列出的行号改正，或在“开始”页重新制作。"];
    DeckNotSaved (Input):
        ["The deck could not be saved at {path}.", "无法将演示流程保存到 {path}。"],
        ["Check that the disk has space and that you may write to the folder.",
         "请检查磁盘空间以及文件夹的写入权限。"];
    NotesWindow (Quartet):
        ["The system did not open the window of the notes.", "系统没有打开讲稿窗口。"],
        ["Go on without it: the keys work on the stage. Then try again.", "可以不用它继续，舞台上的按键照常可用。之后再试一次。"];
    NotForThisWindow (Quartet):
        ["This window may not ask for that.", "这个窗口不能提出这项请求。"],
        ["Do it in the main window.", "请在主窗口中操作。"];

    PortableFile (Input):
        ["{path} cannot be used; see line {line}. Quartet does not start: it would not know where to keep what it makes.",
         "无法使用 {path}，请看第 {line} 行。Quartet 没有启动，因为不知道该把作品存放在哪里。"],
        ["Mend that line: the file says schema = 1, and data = \"beside\" or data = \"nowhere\". Or make the class pack again.",
         "请改正这一行：文件中应写 schema = 1，以及 data = \"beside\" 或 data = \"nowhere\"；也可以重新制作课堂包。"];
    PortableReadOnly (Library):
        ["Nothing can be written to {path}, so nothing is kept: what is made now is gone when Quartet is closed.",
         "{path} 无法写入，因此什么都不会保存：现在做的内容在关闭 Quartet 后就会消失。"],
        ["Save what you need as files elsewhere, or make the stick writable and start again.",
         "请把需要的内容另存到别处，或让 U 盘可写后重新启动。"];

    ClassPackNone (Input):
        ["There is no class pack in {path}: it holds no pack.toml.", "{path} 中没有课堂包：里面没有 pack.toml。"],
        ["Choose the folder that holds pack.toml. If a pack was being made there when it was interrupted, make it again.",
         "请选择直接包含 pack.toml 的文件夹。如果制作课堂包时中断了，请重新制作。"];
    ClassPackList (Input):
        ["The list of the class pack, {path}, cannot be used; see line {line}. Nothing was taken from the pack.",
         "无法使用课堂包的清单 {path}，请看第 {line} 行。没有使用课堂包中的任何内容。"],
        ["Copy the pack again from where it came, or make it again; the detail says what is wrong.",
         "请从来源处重新复制课堂包，或重新制作；详细信息说明了问题。"];
    ClassPackNewer (Input):
        ["The class pack in {path} was made by a newer Quartet.", "{path} 中的课堂包由更新版本的 Quartet 制作。"],
        ["Install the newer Quartet, or start the one that is on the stick.",
         "请安装更新的 Quartet，或直接启动 U 盘里的 Quartet。"];
    ClassPackMissing (Input):
        ["The class pack lacks a file: {path}.", "课堂包缺少一个文件：{path}。"],
        ["Copy the pack again from where it came, or make it again.", "请从来源处重新复制课堂包，或重新制作。"];
    ClassPackCut (Input):
        ["A file of the class pack has {found} bytes instead of {needed}: {path}.",
         "课堂包中的一个文件应有 {needed} 字节，实际为 {found} 字节：{path}。"],
        ["It was cut short or changed. Copy the pack again from where it came, or make it again.",
         "文件不完整或被改动过。请从来源处重新复制课堂包，或重新制作。"];
    ClassPackChanged (Input):
        ["A file of the class pack is not the one that was packed: {path}.",
         "课堂包中的一个文件与打包时不同：{path}。"],
        ["Do not use it. Copy the pack again from where it came, or make it again.",
         "请不要使用。请从来源处重新复制课堂包，或重新制作。"];
    ClassPackNotFile (Input):
        ["{path} of the class pack is a link, a folder or a device, where a file is needed.",
         "课堂包中的 {path} 是链接、文件夹或设备，这里需要的是普通文件。"],
        ["Do not use it. Copy the pack again from where it came, or make it again.",
         "请不要使用。请从来源处重新复制课堂包，或重新制作。"];
    ClassPackUnreadable (Input):
        ["A file of the class pack cannot be read: {path}.", "课堂包中的一个文件无法读取：{path}。"],
        ["See whether the stick is still plugged in, and try again. If it stays, the stick is failing: copy the pack to another.",
         "请检查 U 盘是否还插着，然后重试。若仍然如此，U 盘可能已损坏，请把课堂包复制到另一个 U 盘。"];
    ClassPackWrong (Input):
        ["{count} things in the class pack are wrong. What they belong to was not used.",
         "课堂包中有 {count} 处问题，相关内容没有使用。"],
        ["Each is named. Copy the pack again from where it came, or make it again.",
         "每一处都已列出。请从来源处重新复制课堂包，或重新制作。"];
    ClassPackTaken (Input):
        ["{path} holds something else already, or is a whole disk, so no class pack is made there. Nothing was changed.",
         "{path} 中已有其他内容，或者是整个磁盘，因此没有在那里制作课堂包，也没有改动任何内容。"],
        ["Name a new folder in it, such as {suggested}.", "请指定其中的一个新文件夹，例如 {suggested}。"];
    ClassPackSpace (Quartet):
        ["{needed} MB are needed at {path}, and {free} MB are free. Nothing was written.",
         "{path} 需要 {needed} MB 空间，可用空间为 {free} MB。没有写入任何内容。"],
        ["Make room, choose another place, or choose fewer models.", "请清理空间、换一个位置，或少选一些模型。"];
    ClassPackNotWritten (Quartet):
        ["{path} could not be written, so it was left out; what was there before is as it was.",
         "无法写入 {path}，因此没有写入；之前的内容保持不变。"],
        ["See whether the stick is still plugged in and has room, then try again.",
         "请检查 U 盘是否还插着、是否有空间，然后重试。"];
    ClassPackTooLarge (Input):
        ["{path} is larger than 4 GB, and sticks as they are sold (FAT32) hold no such file.",
         "{path} 大于 4 GB，而出厂格式（FAT32）的 U 盘存不下这样的文件。"],
        ["Leave that model out, or use a smaller export of it.", "请不要选这个模型，或换用较小的版本。"];
    ClassPackName (Input):
        ["{path} has a name that not every system takes, so it cannot be in a class pack.",
         "{path} 的名称并非所有系统都支持，不能放进课堂包。"],
        ["Rename it: short, without < > : \" / \\ | ? *, without a dot or a space at its end.",
         "请改名：要短，不含 < > : \" / \\ | ? *，末尾不能是句点或空格。"];
    ClassPackEmpty (Input):
        ["Nothing was chosen for the class pack.", "没有为课堂包选择任何内容。"],
        ["Choose models, lessons, packages or the portable app.", "请选择模型、课程、安装包或便携版应用。"];
    ClassPackNoApp (Input):
        ["The portable app cannot be put into a pack from here: {path} is missing.",
         "无法从这里把便携版应用放进课堂包：缺少 {path}。"],
        ["Make the pack with an installed Quartet, or leave the portable app out.",
         "请用已安装的 Quartet 制作课堂包，或不放入便携版应用。"];

    KioskRefused (Input):
        ["This kiosk does not do that: {what}.", "这个展台不提供这项功能：{what}。"],
        ["Choose something on Start. Whoever looks after the kiosk can allow more in kiosk.toml.",
         "请在“开始”页选择其他内容。管理展台的人可以在 kiosk.toml 中开放更多功能。"];
    KioskClosed (Input):
        ["The kiosk is closed.", "展台现在关闭。"],
        ["Come back in its open hours, or mend what the closed page shows, with its line.",
         "请在开放时间再来，或按关闭页面列出的行号改正问题。"];
    KioskPasscode (Input):
        ["That is not the passcode.", "口令不对。"],
        ["Type it again. After three wrong ones there is a wait, which doubles each time.",
         "请重新输入。输错三次后需要等待，每次等待时间加倍。"];
    KioskLocked (Input):
        ["Too many wrong passcodes: none is taken for another {seconds} seconds.", "输错口令的次数太多：{seconds} 秒内不再接受口令。"],
        ["Wait so long, then type the right one. A restart changes nothing.",
         "请等待后再输入正确的口令。重新启动也不会缩短等待。"];
    KioskBroken (Input):
        ["The kiosk file {path} cannot be used: {count} things in it are wrong.", "展台文件 {path} 无法使用：其中有 {count} 处问题。"],
        ["Mend what is listed with its line, then check it again with quartet kiosk check.",
         "请按列出的行号改正，再用 quartet kiosk check 检查。"];
    KioskRunning (Input):
        ["A kiosk is running on the library {path} already.", "作品库 {path} 上已有一个展台在运行。"],
        ["Leave the other one by its passcode, or give this one another data folder with QUARTET_HOME.",
         "请用口令退出另一个展台，或用 QUARTET_HOME 为这个展台指定其他数据文件夹。"];
    KioskNotSaved (Quartet):
        ["The kiosk file could not be written at {path}.", "无法在 {path} 写入展台文件。"],
        ["Check that the disk has space and that you may write to the folder.",
         "请检查磁盘空间以及文件夹的写入权限。"];
    KioskPasscodeShort (Input):
        ["A passcode has 6 to 128 characters.", "口令应为 6 到 128 个字符。"],
        ["Choose a longer one that visitors do not guess.", "请选择更长、访客猜不到的口令。"];
    KioskPasscodeDiffers (Input):
        ["The two passcodes are not the same.", "两次输入的口令不一样。"],
        ["Type the same one twice.", "请两次输入同一个口令。"];
    KioskNotStarted (Quartet):
        ["The kiosk could not be started.", "展台无法启动。"],
        ["Start it in a terminal to see why: quartet-desktop --kiosk, then the path of the file.",
         "请在终端中启动以查看原因：quartet-desktop --kiosk，后面写上文件路径。"];
    KioskAutostart (Quartet):
        ["Starting with the computer is not set up by Quartet on this system.", "在这个系统上，Quartet 不能设置随电脑启动。"],
        ["Follow “Start with the computer” in docs/kiosk.md: it is one file or one setting.",
         "请按照 docs/kiosk.md 中的“随电脑启动”操作：只需一个文件或一项设置。"];

    Internal (Quartet):
        ["Quartet made a mistake.", "Quartet 内部出错了。"],
        ["Try again. Your library is safe; the detail helps the developers.",
         "请重试。你的作品库是安全的；详细信息有助于修复问题。"];
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn gaps(text: &str) -> BTreeSet<&str> {
        text.split('{')
            .skip(1)
            .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
            .collect()
    }

    #[test]
    fn every_code_has_words_and_a_next_step_in_both_languages() {
        for code in Code::ALL {
            let words = code.words();
            for (en, zh) in [words.message, words.next_step] {
                assert!(en.ends_with('.'), "{code:?} in English: {en:?}");
                assert!(zh.ends_with('。'), "{code:?} in Chinese: {zh:?}");
                assert!(zh.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)));
                assert_eq!(gaps(en), gaps(zh), "{code:?}: the gaps differ");
            }
        }
    }

    #[test]
    fn codes_cross_the_wire_in_camel_case() {
        let json = serde_json::to_string(&Code::PromptTooLong).unwrap();
        assert_eq!(json, "\"promptTooLong\"");
    }
}
