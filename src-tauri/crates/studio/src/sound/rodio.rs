//! Loudspeakers and microphones through rodio and the cpal below it.

use std::{
    num::NonZero,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use rodio::{
    ChannelCount, DeviceSinkBuilder, DeviceSinkError, SampleRate, Source,
    cpal::{
        self, ErrorKind, FromSample, SampleFormat, SizedSample, Stream, SupportedStreamConfig,
        traits::{DeviceTrait, HostTrait, StreamTrait},
    },
};

use super::{CursorSource, Hearing, Playing, SoundDevice, SoundInput, SoundOutput, Trouble};
use crate::{Code, Failure, Result};

/// The machine's own devices.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rodio;

impl SoundOutput for Rodio {
    fn devices(&self) -> Vec<SoundDevice> {
        let devices = cpal::default_host().output_devices();
        devices.map_or_else(|_| Vec::new(), listed)
    }

    fn play(
        &self,
        device: Option<&str>,
        source: CursorSource,
        trouble: Trouble,
    ) -> Result<Playing> {
        let device = chosen(device, false).ok_or_else(|| {
            Failure::new(Code::SoundOutputNone, "the system names no output device")
        })?;
        // Shared, because each configuration that is tried has a callback of its own.
        let trouble = Arc::new(Mutex::new(trouble));
        let complain = move |error: cpal::Error| {
            if is_fatal(error.kind()) {
                let mut trouble = trouble.lock().unwrap_or_else(PoisonError::into_inner);
                trouble(Failure::new(Code::SoundOutputLost, &error));
            }
        };
        let mut sink = DeviceSinkBuilder::from_device(device)
            .and_then(|builder| {
                builder
                    .with_error_callback(complain)
                    .open_sink_or_fallback()
            })
            .map_err(|error| refused(&error))?;
        // It would say so on stderr.
        sink.log_on_drop(false);
        sink.mixer().add(Endless(source));
        Ok(Box::new(sink))
    }
}

impl SoundInput for Rodio {
    fn devices(&self) -> Vec<SoundDevice> {
        let devices = cpal::default_host().input_devices();
        devices.map_or_else(|_| Vec::new(), listed)
    }

    fn listen(
        &self,
        device: Option<&str>,
        hearing: Hearing,
        mut trouble: Trouble,
    ) -> Result<(u32, Playing)> {
        let device = chosen(device, true).ok_or_else(|| {
            Failure::new(Code::MicrophoneNone, "the system names no input device")
        })?;
        let failed = |error: cpal::Error| {
            let code = match error.kind() {
                ErrorKind::DeviceNotAvailable | ErrorKind::HostUnavailable => Code::MicrophoneNone,
                _ => Code::MicrophoneFailed,
            };
            Failure::new(code, error)
        };
        let config = device.default_input_config().map_err(failed)?;
        let complain = move |error: cpal::Error| {
            if is_fatal(error.kind()) {
                trouble(Failure::new(Code::MicrophoneLost, error));
            }
        };
        let stream = match config.sample_format() {
            SampleFormat::F32 => hear::<f32>(&device, &config, hearing, complain),
            SampleFormat::I16 => hear::<i16>(&device, &config, hearing, complain),
            SampleFormat::U16 => hear::<u16>(&device, &config, hearing, complain),
            SampleFormat::I32 => hear::<i32>(&device, &config, hearing, complain),
            SampleFormat::U8 => hear::<u8>(&device, &config, hearing, complain),
            SampleFormat::F64 => hear::<f64>(&device, &config, hearing, complain),
            other => {
                let reason = format!("its samples are {other}");
                return Err(Failure::new(Code::MicrophoneFailed, reason));
            }
        };
        let stream = stream.map_err(failed)?;
        stream.play().map_err(failed)?;
        Ok((config.sample_rate(), Box::new(stream)))
    }
}

/// Opens a microphone whose samples are of one type; all channels are mixed.
fn hear<T>(
    device: &cpal::Device,
    config: &SupportedStreamConfig,
    mut hearing: Hearing,
    complain: impl FnMut(cpal::Error) + Send + 'static,
) -> std::result::Result<Stream, cpal::Error>
where
    T: SizedSample,
    f32: FromSample<T>,
{
    let channels = usize::from(config.channels().max(1));
    let mut mono = Vec::new();
    device.build_input_stream::<T, _, _>(
        config.config(),
        move |samples, _| {
            mono.clear();
            let frames = samples.chunks_exact(channels).map(|frame| {
                let sum: f32 = frame.iter().map(|sample| f32::from_sample_(*sample)).sum();
                sum / channels as f32
            });
            mono.extend(frames);
            hearing(&mono);
        },
        complain,
        None,
    )
}

/// The device of that id, or the system's own choice: also where the chosen one is unplugged.
fn chosen(id: Option<&str>, input: bool) -> Option<cpal::Device> {
    let host = cpal::default_host();
    let named = id
        .and_then(|id| id.parse().ok())
        .and_then(|id| host.device_by_id(&id));
    named.or_else(|| {
        if input {
            host.default_input_device()
        } else {
            host.default_output_device()
        }
    })
}

fn listed(devices: impl Iterator<Item = cpal::Device>) -> Vec<SoundDevice> {
    let mut listed: Vec<SoundDevice> = devices
        .filter_map(|device| {
            let description = device.description().ok()?;
            Some(SoundDevice {
                id: device.id().ok()?.to_string(),
                name: description.name().to_owned(),
            })
        })
        .collect();
    // ALSA lists a card once for each of its ways.
    listed.dedup_by(|a, b| a.name == b.name);
    listed
}

fn refused(error: &DeviceSinkError) -> Failure {
    let (code, cause) = match error {
        DeviceSinkError::NoDevice => (Code::SoundOutputNone, String::new()),
        DeviceSinkError::PlayError(cause)
        | DeviceSinkError::DefaultSinkConfigError(cause)
        | DeviceSinkError::BuildError(cause)
        | DeviceSinkError::SupportedConfigsError(cause) => {
            let code = match cause.kind() {
                ErrorKind::DeviceNotAvailable | ErrorKind::HostUnavailable => Code::SoundOutputNone,
                _ => Code::SoundOutputFailed,
            };
            (code, cause.to_string())
        }
        DeviceSinkError::UnsupportedSampleFormat => (Code::SoundOutputFailed, String::new()),
    };
    Failure::new(code, format!("{error}: {cause}"))
}

/// Whether the stream is over: a late buffer or another route are none of anybody's concern.
fn is_fatal(kind: ErrorKind) -> bool {
    !matches!(
        kind,
        ErrorKind::Xrun | ErrorKind::DeviceChanged | ErrorKind::RealtimeDenied
    )
}

/// A source as rodio's mixer wants it.
struct Endless(CursorSource);

impl Iterator for Endless {
    type Item = f32;

    fn next(&mut self) -> Option<f32> {
        self.0.next()
    }
}

impl Source for Endless {
    fn current_span_len(&self) -> Option<usize> {
        None
    }

    fn channels(&self) -> ChannelCount {
        NonZero::<u16>::MIN
    }

    fn sample_rate(&self) -> SampleRate {
        NonZero::new(self.0.sample_rate()).unwrap_or(NonZero::<u32>::MIN)
    }

    fn total_duration(&self) -> Option<Duration> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sound::{Player, PlayerPhase, Sound, SoundId};

    /// On a machine with devices this is silent; on one without it is a typed failure. On neither
    /// is it a panic.
    #[test]
    fn the_machine_s_own_devices_play_or_say_why_not() {
        let player = Player::new(Arc::new(Rodio), None).unwrap();
        let (send, states) = std::sync::mpsc::channel();
        player.listen(Box::new(move |state| match send.send(state) {
            Ok(()) => std::ops::ControlFlow::Continue(()),
            Err(_) => std::ops::ControlFlow::Break(()),
        }));
        let silence = Sound::default();
        silence.append(24_000, &[0.0; 240]);
        silence.end();
        let id = SoundId::Take { job: 1 };
        player.put(id, Arc::new(silence), 0.0, true);
        let ended = states
            .iter()
            .find(|state| matches!(state.phase, PlayerPhase::Ended | PlayerPhase::Failed));
        let state = ended.unwrap();
        if let Some(failure) = state.failure {
            let codes = [Code::SoundOutputNone, Code::SoundOutputFailed];
            assert!(codes.contains(&failure.code), "{failure:?}");
        }
        let named = |device: &SoundDevice| !device.id.is_empty() && !device.name.is_empty();
        assert!(SoundOutput::devices(&Rodio).iter().all(named));
        assert!(SoundInput::devices(&Rodio).iter().all(named));
    }
}
