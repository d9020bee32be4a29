//! What is looked at without making anything.

use std::{
    fs,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use super::{finding::Finding, trials::Trials};
use crate::{
    Code, Failure, LocalText, Result, RuntimeState, Studio, models::VerifyProgress,
    sound::SoundDevice, works::WorksQuery,
};

/// A clock that runs behind stands before this: 1 January 2026.
const EARLIEST: Duration = Duration::from_hours(490_896);
/// One that runs ahead stands after this: 1 January 2046.
const LATEST: Duration = Duration::from_hours(666_216);
/// Below this a film in the making may fill the disk.
const ROOM: u64 = 1 << 30;
/// Below this programs beside Quartet push its models out.
const SMALL_MEMORY_MB: u64 = 3_500;

pub(super) fn engine(studio: &Studio, _: &mut Trials<'_>) -> Result<Finding> {
    match studio.state().runtime {
        RuntimeState::Ready {
            version,
            device,
            devices,
            ..
        } => {
            let name = devices.into_iter().find(|one| one.id == device);
            let name = name.map_or(device, |one| one.name);
            Ok(Finding::fine(
                format!("ONNX Runtime {version} runs on: {name}."),
                format!("ONNX Runtime {version}，运行于：{name}。"),
            ))
        }
        RuntimeState::Failed { failure } => Err(failure),
    }
}

pub(super) fn clock() -> Finding {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let finding = Finding::fine("The clock is set.".to_owned(), "时钟正常。".to_owned());
    if (EARLIEST..LATEST).contains(&now) {
        return finding;
    }
    Finding {
        found: LocalText {
            en: "The clock is wrong: works would get a wrong date.".to_owned(),
            zh: "时钟不对：作品的日期会是错的。".to_owned(),
        },
        ..finding
    }
    .doubtful("Set the computer's date.", "请校准电脑的日期。")
}

/// It is opened, read, and a file is written beside it.
pub(super) fn library(studio: &Studio, _: &mut Trials<'_>) -> Result<Finding> {
    if let Some(failure) = studio.warnings().first() {
        return Err(failure.clone());
    }
    let works = studio.works().list(&WorksQuery::default())?.total;
    let file = studio.home().join("checkup.tmp");
    fs::write(&file, b"checkup")
        .and_then(|()| fs::remove_file(&file))
        .map_err(|error| Failure::at(Code::LibraryReadOnly, studio.home(), error))?;
    Ok(Finding::fine(
        format!("The library can be written to; it holds {works} works."),
        format!("作品库可以写入，现有 {works} 件作品。"),
    ))
}

pub(super) fn disk(studio: &Studio, _: &mut Trials<'_>) -> Result<Finding> {
    let home = studio.home();
    let free = fs4::available_space(home)
        .map_err(|error| Failure::at(Code::LibraryUnavailable, home, error))?;
    let gigabytes = free as f64 / f64::from(1 << 30);
    let finding = Finding::fine(
        format!("{gigabytes:.1} GB are free where works are kept."),
        format!("保存作品的磁盘还有 {gigabytes:.1} GB 可用。"),
    );
    Ok(if free < ROOM {
        finding.doubtful(
            "Make room: a long film takes several hundred megabytes.",
            "请腾出空间：一部长影片要占几百兆字节。",
        )
    } else {
        finding
    })
}

pub(super) fn sound_out(studio: &Studio) -> Finding {
    let outputs = real(studio.sounds().devices().outputs);
    match outputs.first() {
        Some(_) => {
            let names: Vec<_> = outputs.iter().map(|one| one.name.as_str()).collect();
            let names = names.join(", ");
            Finding::fine(
                format!("Loudspeakers: {names}."),
                format!("扬声器：{names}。"),
            )
        }
        None => nothing("No loudspeaker was found.", "没有找到扬声器。").doubtful(
            "Plug one in or switch it on; everything but listening works without.",
            "请接上或打开扬声器；没有它，除了听声音，其他都能用。",
        ),
    }
}

pub(super) fn microphone(studio: &Studio) -> Finding {
    let inputs = real(studio.sounds().devices().inputs);
    match inputs.first() {
        Some(_) => {
            let names: Vec<_> = inputs.iter().map(|one| one.name.as_str()).collect();
            let names = names.join(", ");
            Finding::fine(
                format!("Microphones: {names}."),
                format!("麦克风：{names}。"),
            )
        }
        None => nothing("No microphone was found.", "没有找到麦克风。").doubtful(
            "Plug one in to record; sound files can be opened without.",
            "要录音请接上麦克风；没有它也能打开声音文件。",
        ),
    }
}

/// Without the system's own that swallow everything.
fn real(devices: Vec<SoundDevice>) -> Vec<SoundDevice> {
    let swallows = |one: &SoundDevice| one.id.rsplit(':').next() == Some("null");
    devices.into_iter().filter(|one| !swallows(one)).collect()
}

fn nothing(en: &str, zh: &str) -> Finding {
    Finding::fine(en.to_owned(), zh.to_owned())
}

/// Every model that was installed with checksums is hashed.
pub(super) fn models(studio: &Studio, trials: &mut Trials<'_>) -> Result<Finding> {
    let mut whole = 0;
    for model in studio.models().list() {
        let silent = |_: VerifyProgress| ();
        match studio.models().verify(&model.id, trials.cancel, silent) {
            Ok(summary) => {
                if let Some(problem) = summary.problem {
                    return Err(problem);
                }
                whole += 1;
            }
            Err(failure) if failure.code == Code::ModelUnverifiable => {}
            Err(failure) => return Err(failure),
        }
    }
    if whole == 0 {
        return Err(Failure::new(Code::ModelNone, "no model with checksums"));
    }
    Ok(Finding::fine(
        format!("{whole} models are whole: every byte is as it was published."),
        format!("{whole} 个模型完好：每个字节都与发布时一致。"),
    ))
}

/// Comes last, when the models have been in use.
pub(super) fn memory(studio: &Studio) -> Finding {
    let vitals = studio.vitals();
    let physical = crate::vitals::physical_bytes() / crate::vitals::MB;
    let (resident, gigabytes) = (vitals.resident_mb, physical as f64 / 1024.0);
    let finding = Finding::fine(
        format!("Quartet takes {resident} MB of {gigabytes:.1} GB with its models loaded."),
        format!("加载模型后 Quartet 占用 {resident} MB，电脑内存共 {gigabytes:.1} GB。"),
    );
    if physical < SMALL_MEMORY_MB {
        finding.doubtful(
            "Close other programs before the class: models are loaded anew where memory is short.",
            "上课前请关闭其他程序：内存不够时模型要反复加载。",
        )
    } else {
        finding
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_swallows_all_sound_is_no_loudspeaker() {
        let device = |id: &str| SoundDevice {
            id: id.to_owned(),
            name: "x".to_owned(),
        };
        let kept = real(vec![
            device("alsa:null"),
            device("null"),
            device("alsa:default"),
        ]);
        assert_eq!(kept, [device("alsa:default")]);
    }
}
