//! One stream of sound: what a container holds and a decoder makes of it, packet by packet.

use symphonia::core::{
    codecs::{
        CodecParameters,
        audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions, well_known as codec},
    },
    errors::Error as SymphoniaError,
    formats::{FormatOptions, FormatReader, Track, TrackType, probe::Hint},
    io::MediaSourceStream,
    meta::MetadataOptions,
    packet::Packet,
    units::Duration,
};

use super::{
    opus::OpusStream,
    shape::{Shape, not_sound},
};
use crate::{Error, Result};

/// Encodings that are known by name and that nothing here decodes.
const UNDECODED: [(symphonia::core::codecs::audio::AudioCodecId, &str); 9] = [
    (codec::CODEC_ID_SPEEX, "Speex"),
    (codec::CODEC_ID_MUSEPACK, "Musepack"),
    (codec::CODEC_ID_AC3, "AC-3"),
    (codec::CODEC_ID_EAC3, "E-AC-3"),
    (codec::CODEC_ID_AC4, "AC-4"),
    (codec::CODEC_ID_DCA, "DTS"),
    (codec::CODEC_ID_WMA, "Windows Media Audio"),
    (codec::CODEC_ID_WAVPACK, "WavPack"),
    (codec::CODEC_ID_MONKEYS_AUDIO, "Monkey's Audio"),
];

pub(super) struct SoundStream {
    format: Box<dyn FormatReader>,
    decoder: Decoder,
    track: u32,
    seconds: Option<f64>,
    heard: bool,
}

enum Decoder {
    Plain(Box<dyn AudioDecoder>),
    Opus(OpusStream),
}

impl SoundStream {
    /// Reads on from where `source` stands; `ending` is that of the file's name.
    ///
    /// # Errors
    /// `NotSound`, `SoundEncoding`.
    pub(super) fn open(source: MediaSourceStream<'static>, ending: Option<&str>) -> Result<Self> {
        let mut hint = Hint::new();
        if let Some(ending) = ending {
            hint.with_extension(ending);
        }
        let format = symphonia::default::get_probe()
            .probe(
                &hint,
                source,
                FormatOptions::default(),
                MetadataOptions::default(),
            )
            .map_err(|error| not_sound(&error.to_string()))?;
        let (track, decoder, seconds) = spoken_track(&*format)?;
        Ok(Self {
            format,
            decoder,
            track,
            seconds,
            heard: false,
        })
    }

    /// How long it is, where its header says so.
    pub(super) fn seconds(&self) -> Option<f64> {
        self.seconds
    }

    /// Decodes the next packet of the track; none at the stream's end, or where the rest of it is
    /// missing.
    ///
    /// # Errors
    /// `NotSound` where nothing was decoded before.
    pub(super) fn decode(&mut self, interleaved: &mut Vec<f32>) -> Result<Option<Shape>> {
        loop {
            let packet = match self.format.next_packet() {
                Ok(Some(packet)) if packet.track_id == self.track => packet,
                Ok(Some(_)) => continue,
                Ok(None) | Err(SymphoniaError::IoError(_)) => return Ok(None),
                // Another stream begins, as where Ogg files were joined.
                Err(SymphoniaError::ResetRequired) => match spoken_track(&*self.format) {
                    Ok((track, decoder, _)) => {
                        (self.track, self.decoder) = (track, decoder);
                        continue;
                    }
                    Err(_) if self.heard => return Ok(None),
                    Err(error) => return Err(error),
                },
                // The end of a file that was cut off reads like this too.
                Err(_) if self.heard => return Ok(None),
                Err(error) => return Err(not_sound(&error.to_string())),
            };
            match self.decoder.decode(&untrimmed(packet), interleaved) {
                Ok(shape) => {
                    self.heard |= !interleaved.is_empty();
                    return Ok(Some(shape));
                }
                // A damaged packet is a few hundredths of a second.
                Err(SymphoniaError::DecodeError(_)) => {}
                Err(_) if self.heard => return Ok(None),
                Err(error) => return Err(not_sound(&error.to_string())),
            }
        }
    }

    /// The bytes behind this stream, standing where it ended.
    pub(super) fn into_rest(self) -> MediaSourceStream<'static> {
        self.format.into_inner()
    }
}

impl Decoder {
    fn new(parameters: &AudioCodecParameters) -> Result<Self> {
        if parameters.codec == codec::CODEC_ID_OPUS {
            return OpusStream::new(parameters.extra_data.as_deref().unwrap_or_default())
                .map(Self::Opus);
        }
        let named = UNDECODED.iter().find(|(id, _)| *id == parameters.codec);
        if let Some((_, name)) = named {
            return Err(Error::SoundEncoding {
                codec: (*name).to_owned(),
            });
        }
        symphonia::default::get_codecs()
            .make_audio_decoder(parameters, &AudioDecoderOptions::default())
            .map(Self::Plain)
            .map_err(|error| not_sound(&error.to_string()))
    }

    fn decode(
        &mut self,
        packet: &Packet,
        interleaved: &mut Vec<f32>,
    ) -> Result<Shape, SymphoniaError> {
        match self {
            Self::Plain(decoder) => {
                let sound = decoder.decode(packet)?;
                let spec = sound.spec();
                let shape = Shape {
                    rate: spec.rate(),
                    channels: spec.channels().count(),
                };
                sound.copy_to_vec_interleaved(interleaved);
                Ok(shape)
            }
            Self::Opus(decoder) => decoder.decode(&packet.data, interleaved),
        }
    }
}

/// The track that is listened to: its id, its decoder, and its length in seconds.
fn spoken_track(format: &dyn FormatReader) -> Result<(u32, Decoder, Option<f64>)> {
    let track = format
        .default_track(TrackType::Audio)
        .ok_or_else(|| not_sound("it has no sound in it"))?;
    let parameters = track.codec_params.as_ref().and_then(CodecParameters::audio);
    let parameters = parameters.ok_or_else(|| not_sound("its encoding is unknown"))?;
    let seconds = seconds(track, parameters.sample_rate);
    Ok((track.id, Decoder::new(parameters)?, seconds))
}

/// A packet that lies wholly after the end its header promised: of MP3 files that were joined, the
/// first one's header is all that is read, and what follows is no padding.
fn untrimmed(mut packet: Packet) -> Packet {
    if packet.trim_end >= packet.dur && packet.trim_start == Duration::ZERO {
        packet.dur = packet.dur.max(packet.trim_end);
        packet.trim_end = Duration::ZERO;
    }
    packet
}

fn seconds(track: &Track, rate: Option<u32>) -> Option<f64> {
    let rate = f64::from(rate.filter(|rate| *rate > 0)?);
    track
        .num_frames
        .map(|frames| frames as f64 / rate)
        .filter(|seconds| seconds.is_finite())
}
