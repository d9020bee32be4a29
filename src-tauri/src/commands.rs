//! The window's commands, each a line over studio.
//!
//! Whatever touches the disk or waits for the worker leaves the window's own thread.

use std::{ops::ControlFlow, path::PathBuf, sync::Arc};

use quartet_studio::{
    AppState, Cancel, ClipFacts, ClipSource, Code, CompositionJob, CompositionOrder, DroppedFile,
    EventOf, ExperimentJob, ExperimentOrder, ExportRecipe, Failure, FilmEstimate, FilmJob,
    FilmSheet, ImageAsked, ImageEstimate, ImageJob, ImageOrder, ImportedPicture, JobId, Keep, Live,
    LoadedComposer, LoadedImage, LoadedInfo, LoadedSpeech, LoadedText, Loading, MinutesJob,
    MinutesOrder, ModelNearby, ModelSummary, Order, Result, RetimingOrder, Settings, Sink,
    SpeechJob, SpeechOrder, StoryOrder, Studio, TextJob, TextOrder, TranscriptionJob,
    TranscriptionOrder, TravelOrder, UpscaleJob, UpscaleOrder, Vitals, WorkDetail,
    films::FilmId,
    image::glyph::NearWord,
    pictures::PictureSource,
    portable_name,
    sound::{PlayerState, RecorderEvent, SoundDevices, SoundId, SoundPart},
    text::{Alternative, TextRequest, TokenPiece},
    works::{WorksPage, WorksQuery},
};
use tauri::{
    AppHandle, Manager as _, State,
    ipc::{Channel, IpcResponse},
};
use tauri_plugin_dialog::{DialogExt, FilePath};

use crate::{
    bytes::Bytes,
    current::Shared,
    granted::{Chosen, Destination, Granted, NamesFiles},
    kiosk::Host,
};

type Grants<'a> = State<'a, Granted>;

/// Runs `work` on a thread that may block; a panic in it is the caller's failure, not the window's
/// end.
pub(crate) async fn off_thread<T: Send + 'static>(
    studio: &Arc<Studio>,
    work: impl FnOnce(&Studio) -> Result<T> + Send + 'static,
) -> Result<T> {
    let studio = Arc::clone(studio);
    tauri::async_runtime::spawn_blocking(move || work(&studio))
        .await
        .unwrap_or_else(|error| Err(Failure::new(Code::Internal, error)))
}

/// A window that was closed stops the job whose events it got.
pub(crate) fn sink<E: IpcResponse + Send + 'static>(events: Channel<E>) -> Sink<E> {
    Box::new(move |event| match events.send(event) {
        Ok(()) => ControlFlow::Continue(()),
        Err(_) => ControlFlow::Break(()),
    })
}

/// Queues a job.
async fn start<O>(
    studio: &Arc<Studio>,
    order: O,
    keep: Keep,
    events: Channel<EventOf<O::Job>>,
) -> Result<JobId>
where
    O: Order + Send + 'static,
    O::Live: Live,
    EventOf<O::Job>: IpcResponse + Send,
{
    let start = move |studio: &Studio| studio.jobs().start(order, keep, sink(events));
    off_thread(studio, move |studio| Ok(start(studio)?.id)).await
}

/// Loads a model ahead of its use.
async fn load<I: LoadedInfo>(
    studio: &Arc<Studio>,
    model: String,
    events: Channel<Loading>,
) -> Result<I> {
    off_thread(studio, move |studio| {
        studio.jobs().load(&model, sink(events))
    })
    .await
}

#[tauri::command]
#[specta::specta]
pub async fn app_state(studio: Shared<'_>) -> Result<AppState> {
    off_thread(&studio, |studio| Ok(studio.state())).await
}

#[tauri::command]
#[specta::specta]
pub async fn vitals(studio: Shared<'_>) -> Result<Vitals> {
    off_thread(&studio, |studio| Ok(studio.vitals())).await
}

#[tauri::command]
#[specta::specta]
pub async fn settings(studio: Shared<'_>) -> Result<Settings> {
    off_thread(&studio, |studio| Ok(studio.settings())).await
}

#[tauri::command]
#[specta::specta]
pub async fn save_settings(studio: Shared<'_>, settings: Settings) -> Result<Settings> {
    off_thread(&studio, |studio| studio.save_settings(settings)).await
}

#[tauri::command]
#[specta::specta]
pub async fn models(studio: Shared<'_>) -> Result<Vec<ModelSummary>> {
    off_thread(&studio, |studio| Ok(studio.models().list())).await
}

#[tauri::command]
#[specta::specta]
pub async fn add_model(studio: Shared<'_>, path: Chosen<PathBuf>) -> Result<ModelSummary> {
    off_thread(&studio, move |studio| studio.models().add(&path)).await
}

/// The models in and around a chosen folder that is none itself: what the engine found there may be added.
#[tauri::command]
#[specta::specta]
pub async fn models_nearby(
    studio: Shared<'_>,
    granted: Grants<'_>,
    path: Chosen<PathBuf>,
) -> Result<Vec<ModelNearby>> {
    let near = off_thread(&studio, move |studio| studio.models().nearby(&path)).await?;
    granted.to_read(near.files());
    Ok(near)
}

#[tauri::command]
#[specta::specta]
pub async fn remove_model(studio: Shared<'_>, granted: Grants<'_>, id: String) -> Result<()> {
    // The page offers to list it again.
    let folder = off_thread(&studio, move |studio| studio.remove_model(&id)).await?;
    granted.to_read([folder]);
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub async fn verify_model(studio: Shared<'_>, id: String) -> Result<ModelSummary> {
    off_thread(&studio, move |studio| {
        studio.models().verify(&id, &Cancel::new(), |_| ())
    })
    .await
}

#[tauri::command]
#[specta::specta]
pub async fn load_text(
    studio: Shared<'_>,
    model: String,
    events: Channel<Loading>,
) -> Result<LoadedText> {
    load(&studio, model, events).await
}

#[tauri::command]
#[specta::specta]
pub async fn start_text(
    studio: Shared<'_>,
    order: TextOrder,
    events: Channel<EventOf<TextJob>>,
) -> Result<JobId> {
    start(&studio, order, Keep::Library, events).await
}

/// Leaves no trace in the library.
#[tauri::command]
#[specta::specta]
pub async fn start_experiment(
    studio: Shared<'_>,
    order: ExperimentOrder,
    events: Channel<EventOf<ExperimentJob>>,
) -> Result<JobId> {
    start(&studio, order, Keep::No, events).await
}

#[tauri::command]
#[specta::specta]
pub async fn load_speech(
    studio: Shared<'_>,
    model: String,
    events: Channel<Loading>,
) -> Result<LoadedSpeech> {
    load(&studio, model, events).await
}

#[tauri::command]
#[specta::specta]
pub async fn start_speech(
    studio: Shared<'_>,
    order: SpeechOrder,
    events: Channel<EventOf<SpeechJob>>,
) -> Result<JobId> {
    start(&studio, order, Keep::Library, events).await
}

#[tauri::command]
#[specta::specta]
pub async fn load_composer(
    studio: Shared<'_>,
    model: String,
    events: Channel<Loading>,
) -> Result<LoadedComposer> {
    load(&studio, model, events).await
}

/// A tune, kept in the library.
#[tauri::command]
#[specta::specta]
pub async fn start_composition(
    studio: Shared<'_>,
    order: CompositionOrder,
    events: Channel<EventOf<CompositionJob>>,
) -> Result<JobId> {
    start(&studio, order, Keep::Library, events).await
}

#[tauri::command]
#[specta::specta]
pub async fn start_transcription(
    studio: Shared<'_>,
    order: Chosen<TranscriptionOrder>,
    events: Channel<EventOf<TranscriptionJob>>,
) -> Result<JobId> {
    start(&studio, order.0, Keep::Library, events).await
}

/// The minutes of a recording, with its transcript first, or of a transcript.
#[tauri::command]
#[specta::specta]
pub async fn start_minutes(
    studio: Shared<'_>,
    order: Chosen<MinutesOrder>,
    events: Channel<EventOf<MinutesJob>>,
) -> Result<JobId> {
    start(&studio, order.0, Keep::Library, events).await
}

/// The player's state, now and whenever it changes.
#[tauri::command]
#[specta::specta]
pub async fn watch_player(studio: Shared<'_>, events: Channel<PlayerState>) -> Result<()> {
    studio.sounds().player().listen(sink(events));
    Ok(())
}

/// Puts a sound on at `from` seconds.
#[tauri::command]
#[specta::specta]
pub async fn put_on(
    studio: Shared<'_>,
    sound: Chosen<SoundId>,
    from: f64,
    play: bool,
) -> Result<()> {
    off_thread(&studio, move |studio| {
        studio.sounds().put_on(sound.0, from, play)
    })
    .await
}

#[tauri::command]
#[specta::specta]
pub async fn play(studio: Shared<'_>) -> Result<()> {
    studio.sounds().player().play();
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub async fn pause(studio: Shared<'_>) -> Result<()> {
    studio.sounds().player().pause();
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub async fn seek(studio: Shared<'_>, seconds: f64) -> Result<()> {
    studio.sounds().player().seek(seconds);
    Ok(())
}

/// In [0, 1]; in a kiosk up to the loudest that it allows.
#[tauri::command]
#[specta::specta]
pub async fn set_volume(app: AppHandle, studio: Shared<'_>, volume: f32) -> Result<()> {
    let loudest = app.try_state::<Host>().map_or(1.0, |kiosk| kiosk.loudest());
    studio.sounds().player().volume(volume.min(loudest));
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub async fn sound_devices(studio: Shared<'_>) -> Result<SoundDevices> {
    off_thread(&studio, |studio| Ok(studio.sounds().devices())).await
}

/// The outline of a sound: for each column its lowest and its highest sample as signed bytes.
#[tauri::command]
#[specta::specta]
pub async fn sound_peaks(
    studio: Shared<'_>,
    sound: Chosen<SoundId>,
    columns: u32,
) -> Result<Bytes> {
    off_thread(&studio, move |studio| {
        studio.sounds().peaks(&sound, columns).map(Bytes)
    })
    .await
}

/// Bands and frames of a part of a sound as 32-bit numbers, then a byte for each frame of each band.
#[tauri::command]
#[specta::specta]
pub async fn sound_spectrogram(
    studio: Shared<'_>,
    sound: Chosen<SoundId>,
    from: u32,
    to: u32,
) -> Result<Bytes> {
    off_thread(&studio, move |studio| {
        studio.sounds().spectrogram(&sound, from, to).map(Bytes)
    })
    .await
}

/// A part of a sound file that was dropped on the window; returns where the file is now.
#[tauri::command]
#[specta::specta]
pub async fn import_sound(
    studio: Shared<'_>,
    granted: Grants<'_>,
    part: Chosen<SoundPart>,
) -> Result<String> {
    let path = off_thread(&studio, move |studio| studio.sounds().import(&part)).await?;
    granted.to_read([&path]);
    Ok(path.display().to_string())
}

/// Begins to record the microphone; returns once it is open.
#[tauri::command]
#[specta::specta]
pub async fn start_recording(
    app: AppHandle,
    studio: Shared<'_>,
    events: Channel<RecorderEvent>,
) -> Result<()> {
    let mut send = sink(events);
    let sink: Sink<RecorderEvent> = Box::new(move |event: RecorderEvent| {
        app.state::<Granted>().to_read(event.files());
        send(event)
    });
    off_thread(&studio, move |studio| studio.sounds().start_recording(sink)).await
}

#[tauri::command]
#[specta::specta]
pub async fn stop_recording(studio: Shared<'_>) -> Result<()> {
    off_thread(&studio, |studio| {
        studio.sounds().stop_recording();
        Ok(())
    })
    .await
}

/// Text, captions or data, after the path's ending.
#[tauri::command]
#[specta::specta]
pub async fn export_transcript(studio: Shared<'_>, work: String, path: Destination) -> Result<()> {
    off_thread(&studio, move |studio| {
        studio.works().export_transcript(&work, &path.0)
    })
    .await
}

#[tauri::command]
#[specta::specta]
pub async fn load_image(
    studio: Shared<'_>,
    model: String,
    events: Channel<Loading>,
) -> Result<LoadedImage> {
    load(&studio, model, events).await
}

/// With `keep` the pictures go into the library.
#[tauri::command]
#[specta::specta]
pub async fn start_image(
    studio: Shared<'_>,
    order: Chosen<ImageOrder>,
    keep: bool,
    events: Channel<EventOf<ImageJob>>,
) -> Result<JobId> {
    let keep = if keep { Keep::Library } else { Keep::No };
    start(&studio, order.0, keep, events).await
}

#[tauri::command]
#[specta::specta]
pub async fn start_upscale(
    studio: Shared<'_>,
    order: Chosen<UpscaleOrder>,
    events: Channel<EventOf<UpscaleJob>>,
) -> Result<JobId> {
    start(&studio, order.0, Keep::Library, events).await
}

/// What pictures are estimated to take.
#[tauri::command]
#[specta::specta]
pub async fn estimate_image(
    studio: Shared<'_>,
    model: String,
    asked: ImageAsked,
) -> Result<ImageEstimate> {
    off_thread(&studio, move |studio| {
        studio.jobs().estimate_image(&model, &asked)
    })
    .await
}

/// What a picture of this size will take to be made larger.
#[tauri::command]
#[specta::specta]
pub async fn estimate_upscale(
    studio: Shared<'_>,
    width: u32,
    height: u32,
    factor: u32,
) -> Result<ImageEstimate> {
    off_thread(&studio, move |studio| {
        studio.jobs().estimate_upscale(width, height, factor)
    })
    .await
}

/// A picture from outside, read and shown with at most `limit` pixels on a side.
#[tauri::command]
#[specta::specta]
pub async fn import_picture(
    studio: Shared<'_>,
    source: Chosen<PictureSource>,
    limit: u32,
) -> Result<ImportedPicture> {
    off_thread(&studio, move |studio| {
        studio.works().import_picture(&source, limit)
    })
    .await
}

/// A labelled copy of a picture for another program to take: the path of a file.
#[tauri::command]
#[specta::specta]
pub async fn export_for_drag(studio: Shared<'_>, id: String) -> Result<String> {
    off_thread(&studio, move |studio| {
        Ok(studio.works().export_for_drag(&id)?.display().to_string())
    })
    .await
}

#[tauri::command]
#[specta::specta]
pub async fn near_words(
    studio: Shared<'_>,
    model: String,
    prompt: String,
    count: u32,
) -> Result<Vec<NearWord>> {
    off_thread(&studio, move |studio| {
        studio.jobs().near_words(&model, prompt, count)
    })
    .await
}

/// A film from prompts, kept in the library.
#[tauri::command]
#[specta::specta]
pub async fn start_travel(
    studio: Shared<'_>,
    order: TravelOrder,
    events: Channel<EventOf<FilmJob>>,
) -> Result<JobId> {
    start(&studio, order, Keep::Library, events).await
}

/// A clip made slower, smoother or sharper, kept in the library.
#[tauri::command]
#[specta::specta]
pub async fn start_retiming(
    studio: Shared<'_>,
    order: Chosen<RetimingOrder>,
    events: Channel<EventOf<FilmJob>>,
) -> Result<JobId> {
    start(&studio, order.0, Keep::Library, events).await
}

/// A topic made into a film with a voice and captions, kept in the library.
#[tauri::command]
#[specta::specta]
pub async fn start_story(
    studio: Shared<'_>,
    order: StoryOrder,
    events: Channel<EventOf<FilmJob>>,
) -> Result<JobId> {
    start(&studio, order, Keep::Library, events).await
}

/// What a film is estimated to take.
#[tauri::command]
#[specta::specta]
pub async fn estimate_travel(studio: Shared<'_>, order: TravelOrder) -> Result<FilmEstimate> {
    off_thread(&studio, move |studio| studio.jobs().estimate_travel(&order)).await
}

/// What retiming a clip with these `facts` is estimated to take.
#[tauri::command]
#[specta::specta]
pub async fn estimate_retiming(
    studio: Shared<'_>,
    order: Chosen<RetimingOrder>,
    facts: ClipFacts,
) -> Result<FilmEstimate> {
    off_thread(&studio, move |studio| {
        studio.jobs().estimate_retiming(&order, &facts)
    })
    .await
}

/// What a clip says of itself; reads for a second at most.
#[tauri::command]
#[specta::specta]
pub async fn clip_facts(studio: Shared<'_>, source: Chosen<ClipSource>) -> Result<ClipFacts> {
    off_thread(&studio, move |studio| studio.films().clip_facts(&source)).await
}

/// Files that were dropped on the page: one film, or pictures, put into the data folder.
#[tauri::command]
#[specta::specta]
pub async fn import_clip(
    studio: Shared<'_>,
    granted: Grants<'_>,
    files: Vec<DroppedFile>,
) -> Result<ClipSource> {
    let clip = off_thread(&studio, move |studio| studio.films().import_clip(&files)).await?;
    granted.to_read(clip.files());
    Ok(clip)
}

/// Whether the clip that a kept film was made of is still there and the same.
#[tauri::command]
#[specta::specta]
pub async fn is_same_clip(studio: Shared<'_>, work: String) -> Result<bool> {
    off_thread(&studio, move |studio| studio.films().is_same_clip(&work)).await
}

/// The frames of a film that can be looked at so far. The first question about a kept film or a clip
/// begins to read it; more frames are there when it is asked again.
#[tauri::command]
#[specta::specta]
pub async fn film_sheet(studio: Shared<'_>, film: Chosen<FilmId>) -> Result<FilmSheet> {
    off_thread(&studio, move |studio| studio.films().sheet(&film)).await
}

/// Frames `from` up to `to` (without it), at most 64: how many, the length of each in bytes, all as
/// 32-bit numbers (little endian), then their WebP files one after the other.
#[tauri::command]
#[specta::specta]
pub async fn film_pictures(
    studio: Shared<'_>,
    film: Chosen<FilmId>,
    from: u32,
    to: u32,
) -> Result<Bytes> {
    off_thread(&studio, move |studio| {
        studio.films().pictures(&film, from, to).map(Bytes)
    })
    .await
}

/// How a frame differs from the one before it, made visible: a WebP file.
#[tauri::command]
#[specta::specta]
pub async fn film_difference(
    studio: Shared<'_>,
    film: Chosen<FilmId>,
    index: u32,
) -> Result<Bytes> {
    off_thread(&studio, move |studio| {
        studio.films().difference(&film, index).map(Bytes)
    })
    .await
}

/// How pixels move between the two key frames around a frame, as colours: a WebP file, small; empty
/// where no network here computes it. Waits for the job that is running.
#[tauri::command]
#[specta::specta]
pub async fn film_flow(studio: Shared<'_>, film: Chosen<FilmId>, index: u32) -> Result<Bytes> {
    off_thread(&studio, move |studio| {
        studio.films().flow(&film, index).map(Bytes)
    })
    .await
}

/// A labelled copy of a film that was not kept, in the format that the path's ending names.
#[tauri::command]
#[specta::specta]
pub async fn export_film(
    studio: Shared<'_>,
    film: Chosen<FilmId>,
    path: Destination,
) -> Result<()> {
    off_thread(&studio, move |studio| studio.films().export(&film, &path.0)).await
}

#[tauri::command]
#[specta::specta]
pub async fn cancel(studio: Shared<'_>, job: JobId) -> Result<()> {
    studio.jobs().cancel(job);
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub async fn tokenize(studio: Shared<'_>, model: String, text: String) -> Result<Vec<TokenPiece>> {
    off_thread(&studio, move |studio| studio.jobs().tokenize(&model, text)).await
}

#[tauri::command]
#[specta::specta]
pub async fn next_token(
    studio: Shared<'_>,
    model: String,
    request: TextRequest,
    top: u32,
) -> Result<Vec<Alternative>> {
    off_thread(&studio, move |studio| {
        studio.jobs().next_token(&model, request, top)
    })
    .await
}

#[tauri::command]
#[specta::specta]
pub async fn works(studio: Shared<'_>, query: WorksQuery) -> Result<WorksPage> {
    off_thread(&studio, move |studio| studio.works().list(&query)).await
}

#[tauri::command]
#[specta::specta]
pub async fn open_work(studio: Shared<'_>, granted: Grants<'_>, id: String) -> Result<WorkDetail> {
    let work = off_thread(&studio, move |studio| studio.works().open(&id)).await?;
    granted.to_read(work.made.iter().flat_map(NamesFiles::files));
    Ok(work)
}

/// The bytes of a work's file, for pictures and sounds: the page makes a `blob:` of them.
#[tauri::command]
#[specta::specta]
pub async fn work_file(studio: Shared<'_>, id: String) -> Result<Bytes> {
    off_thread(&studio, move |studio| studio.works().file(&id).map(Bytes)).await
}

#[tauri::command]
#[specta::specta]
pub async fn export_work(studio: Shared<'_>, id: String, path: Destination) -> Result<()> {
    off_thread(&studio, move |studio| {
        studio.works().export(&id, &path.0, ExportRecipe::Omitted)
    })
    .await
}

/// The system's folder chooser; none when it was closed without a choice.
#[tauri::command]
#[specta::specta]
pub async fn choose_folder(app: AppHandle) -> Result<Option<String>> {
    let chosen = answered(|answer| app.dialog().file().pick_folder(answer)).await;
    Ok(to_read(&app, chosen).pop())
}

/// The system's chooser of a file to read; none when it was closed without a choice.
#[tauri::command]
#[specta::specta]
pub async fn choose_sound(app: AppHandle) -> Result<Option<String>> {
    const ENDINGS: &[&str] = &[
        "wav", "mp3", "flac", "ogg", "oga", "opus", "webm", "m4a", "mp4", "aiff", "mka",
    ];
    let dialog = app.dialog().file();
    let dialog = dialog.add_filter("WAV, MP3, FLAC, Ogg, M4A", ENDINGS);
    let chosen = answered(|answer| dialog.pick_file(answer)).await;
    Ok(to_read(&app, chosen).pop())
}

/// The system's chooser of a picture to read; none when it was closed without a choice.
#[tauri::command]
#[specta::specta]
pub async fn choose_picture(app: AppHandle) -> Result<Option<String>> {
    const ENDINGS: &[&str] = &["png", "jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff"];
    let dialog = app.dialog().file();
    let dialog = dialog.add_filter("PNG, JPEG, WebP, GIF, BMP, TIFF", ENDINGS);
    let chosen = answered(|answer| dialog.pick_file(answer)).await;
    Ok(to_read(&app, chosen).pop())
}

/// The system's chooser of a clip: one film, or several pictures; none chosen is an empty list.
#[tauri::command]
#[specta::specta]
pub async fn choose_clip(app: AppHandle) -> Result<Vec<String>> {
    const ENDINGS: &[&str] = &[
        "gif", "png", "apng", "webp", "mp4", "m4v", "mov", "3gp", "mkv", "webm", "avi", "y4m",
        "jpg", "jpeg", "bmp",
    ];
    let dialog = app.dialog().file();
    let dialog = dialog.add_filter(
        "GIF, APNG, WebP, MP4, MOV, MKV, AVI, Y4M, PNG, JPEG",
        ENDINGS,
    );
    let chosen = answered(|answer| dialog.pick_files(answer)).await;
    Ok(to_read(&app, chosen.unwrap_or_default()))
}

/// The system's chooser of a file to write, which asks before it replaces one.
#[tauri::command]
#[specta::specta]
pub async fn choose_export(app: AppHandle, suggested: String) -> Result<Option<String>> {
    let dialog = app.dialog().file();
    let dialog = dialog.set_file_name(portable_name(&suggested, "quartet"));
    let chosen = answered(|answer| dialog.save_file(answer)).await;
    let chosen = chosen.map(|path| path.to_string());
    if let Some(path) = &chosen {
        app.state::<Granted>().to_write(path);
    }
    Ok(chosen)
}

/// The chosen paths, which the page may have read from now on.
pub(crate) fn to_read(app: &AppHandle, chosen: impl IntoIterator<Item = FilePath>) -> Vec<String> {
    let paths: Vec<_> = chosen.into_iter().map(|path| path.to_string()).collect();
    app.state::<Granted>().to_read(&paths);
    paths
}

pub(crate) type Answer<T> = Box<dyn FnOnce(Option<T>) + Send>;

pub(crate) async fn answered<T: Send + 'static>(show: impl FnOnce(Answer<T>)) -> Option<T> {
    let (send, receive) = std::sync::mpsc::channel();
    show(Box::new(move |chosen| {
        // The command may have ended with the window.
        let _ = send.send(chosen);
    }));
    tauri::async_runtime::spawn_blocking(move || receive.recv().ok().flatten())
        .await
        .unwrap_or_default()
}
