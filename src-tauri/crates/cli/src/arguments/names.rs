//! Words of the command line that stand for studio's own values.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use quartet_studio::{
    Language, PortableData,
    audio::transcription::{ChineseScript, TranscriptFormat},
    films::FilmFormat,
    image::schedulers::SchedulerKind,
    video::CameraMove,
};

/// Signs at the end of a name may be left out.
fn one_of<T: Clone + Send + Sync + 'static>(
    values: impl IntoIterator<Item = (&'static str, T)>,
) -> impl TypedValueParser<Value = T> {
    fn plain(name: &str) -> &str {
        name.trim_end_matches('+')
    }
    let values: Vec<_> = values.into_iter().collect();
    let names = values.iter();
    let names = names.map(|&(name, _)| PossibleValue::new(name).alias(plain(name)));
    PossibleValuesParser::new(names.collect::<Vec<_>>()).try_map(move |name| {
        let mut values = values.iter();
        let found = values.find(|(one, _)| plain(one) == plain(&name));
        let found = found.map(|(_, value)| value.clone());
        found.ok_or("an unknown name")
    })
}

/// How many times as many frames, or as long.
pub fn times() -> impl TypedValueParser<Value = u32> {
    one_of([("2", 2), ("4", 4), ("8", 8)])
}

/// How many times as wide and high a clip.
pub fn sharper() -> impl TypedValueParser<Value = u32> {
    one_of([("2", 2), ("4", 4)])
}

/// The sides of films, in pixels.
pub fn side() -> impl TypedValueParser<Value = u32> {
    one_of([("256", 256), ("512", 512)])
}

pub fn language() -> impl TypedValueParser<Value = Language> {
    one_of([("en", Language::En), ("zh", Language::Zh)])
}

/// Where a portable program keeps what it makes.
pub fn portable_data() -> impl TypedValueParser<Value = PortableData> {
    one_of([
        ("beside", PortableData::Beside),
        ("nowhere", PortableData::Nowhere),
    ])
}

pub fn script() -> impl TypedValueParser<Value = ChineseScript> {
    one_of([
        ("simplified", ChineseScript::Simplified),
        ("traditional", ChineseScript::Traditional),
    ])
}

pub fn transcript() -> impl TypedValueParser<Value = TranscriptFormat> {
    one_of(TranscriptFormat::ALL.map(|format| (format.extension(), format)))
}

pub fn film() -> impl TypedValueParser<Value = FilmFormat> {
    one_of(FilmFormat::ALL.map(|format| (format.extension(), format)))
}

/// Sampling methods, by their names in the field.
pub fn scheduler() -> impl TypedValueParser<Value = SchedulerKind> {
    one_of([
        ("ddim", SchedulerKind::Ddim),
        ("pndm", SchedulerKind::Pndm),
        ("euler", SchedulerKind::Euler),
        ("euler-ancestral", SchedulerKind::EulerAncestral),
        ("dpm-solver++", SchedulerKind::DpmSolver),
        ("lcm", SchedulerKind::Lcm),
        ("flow-euler", SchedulerKind::FlowEuler),
    ])
}

pub fn camera() -> impl TypedValueParser<Value = CameraMove> {
    one_of([
        ("zoom-in", CameraMove::ZoomIn),
        ("zoom-out", CameraMove::ZoomOut),
        ("pan-left", CameraMove::PanLeft),
        ("pan-right", CameraMove::PanRight),
        ("rotate", CameraMove::Rotate),
        ("bob", CameraMove::Bob),
    ])
}
