//! What comes before the pictures: the lines of a story, and the voice under a film.

use quartet_media::Caption;
use quartet_pipelines::{
    image::SubjectChoice,
    seed,
    text::{TextEvent, TextModel, TextParameters, TextRequest},
    video::{Scene, TravelRequest},
};

use super::{
    progress::FilmProgress,
    source::{FilmSource, NarrationSource, Story},
    story,
};
use crate::{
    Code, Failure, Result,
    captions::{SpokenSentence, captions_of},
    film_orders::StoryLine,
    jobs::{Job, JobContext},
    sound::{self, Pcm},
};

/// How long a line is seen that nobody says, in seconds.
const UNSPOKEN: f32 = 4.0;
/// The last line stays a little longer than it is heard.
const REST: f32 = 0.6;
/// What scenes may last.
const SHORTEST: f32 = 0.2;
const LONGEST: f32 = 60.0;
/// Four short sentences are far fewer.
const MOST_TOKENS: u32 = 240;

/// What is known before the first picture.
#[derive(Clone, Default)]
pub(super) struct FilmScript {
    /// With its seed; none for a clip.
    pub(super) travel: Option<TravelRequest>,
    pub(super) lines: Vec<StoryLine>,
    /// The id of the kept narration.
    pub(super) narration: Option<String>,
    pub(super) captions: Vec<Caption>,
    pub(super) sound: Option<Pcm>,
}

impl FilmScript {
    /// Writes a story's lines and speaks what is to be spoken.
    pub(super) fn prepare<J: Job<Progress = FilmProgress>>(
        source: &FilmSource,
        narration: &mut NarrationSource,
        context: &mut JobContext<'_, J>,
    ) -> Result<Self> {
        let mut script = Self::default();
        if let FilmSource::Story(story) = source {
            script.lines = story.write(context)?;
            context.send(FilmProgress::Lines {
                lines: script.lines.clone(),
            });
            if let NarrationSource::Spoken(job) = narration {
                job.order.request.text = text(&script.lines);
            }
        }
        let spoken = script.narrate(narration, context)?;
        script.travel = match source {
            FilmSource::Clip(..) => None,
            FilmSource::Travel(request) => Some(request.clone()),
            FilmSource::Story(story) => {
                let seconds = match &spoken {
                    Some((sentences, rate)) => spoken_seconds(&script.lines, sentences, *rate),
                    None => vec![UNSPOKEN; script.lines.len()],
                };
                if spoken.is_none() {
                    script.captions = unspoken(&script.lines);
                }
                Some(story.travel(&script.lines, &seconds))
            }
        };
        if let Some(travel) = &mut script.travel {
            travel.parameters.seed.get_or_insert_with(seed::draw);
        }
        Ok(script)
    }

    /// The sound under the film, and the sentences that were said for it with their rate.
    fn narrate<J: Job<Progress = FilmProgress>>(
        &mut self,
        narration: &mut NarrationSource,
        context: &mut JobContext<'_, J>,
    ) -> Result<Option<(Vec<SpokenSentence>, u32)>> {
        match narration {
            NarrationSource::None => Ok(None),
            NarrationSource::Kept { id, file, captions } => {
                self.sound = Some(sound::read(file)?);
                self.captions.clone_from(captions);
                self.narration = Some(id.clone());
                Ok(None)
            }
            NarrationSource::Spoken(job) => {
                let keep = context.keep.on_the_way();
                let wrap = |event| FilmProgress::Narration { event };
                let spoken = context.nested(job.as_mut(), &keep, wrap)?;
                let (sentences, rate) = (spoken.made.script, spoken.made.stats.sample_rate);
                self.sound = Some(job.sound().with(Pcm::clone));
                self.captions = captions(&sentences, rate);
                self.narration = spoken.works.into_iter().next();
                Ok(Some((sentences, rate)))
            }
        }
    }
}

impl Story {
    fn write<J: Job<Progress = FilmProgress>>(
        &self,
        context: &mut JobContext<'_, J>,
    ) -> Result<Vec<StoryLine>> {
        let cancel = context.cancel;
        let (model, events) = context.model::<dyn TextModel>(&self.writer)?;
        let own = model.info();
        // A list that has begun is gone on with: small models otherwise write something else.
        let start = model.tokenize(story::START)?;
        let request = TextRequest {
            messages: story::asked(&self.topic, &self.language),
            answer_start: start.iter().map(|piece| piece.id).collect(),
            parameters: TextParameters {
                seed: self.parameters.seed,
                max_tokens: MOST_TOKENS.min(own.context_length / 2).max(1),
                ..own.defaults
            },
            alternatives: 0,
            local_time: None,
        };
        let mut written = story::START.to_owned();
        for event in model.run(request, cancel)? {
            if let TextEvent::Token(token) = event? {
                written.push_str(&token.text);
                events.coalesced(FilmProgress::Text { text: token.text });
            }
        }
        events.flush();
        let lines = story::lines(&written);
        if lines.is_empty() {
            return Err(Failure::new(Code::StoryEmpty, written));
        }
        Ok(lines)
    }

    fn travel(&self, lines: &[StoryLine], seconds: &[f32]) -> TravelRequest {
        let scenes = lines.iter().zip(seconds).map(|(line, &seconds)| Scene {
            prompt: line.prompt.clone(),
            seconds: seconds.clamp(SHORTEST, LONGEST),
            subject: Some(SubjectChoice::Words),
        });
        TravelRequest {
            scenes: scenes.collect(),
            parameters: self.parameters.clone(),
        }
    }
}

/// What is said of a story.
fn text(lines: &[StoryLine]) -> String {
    let texts: Vec<_> = lines.iter().map(|line| line.text.as_str()).collect();
    texts.join("\n")
}

/// How long each line is heard, up to the next one's beginning.
fn spoken_seconds(lines: &[StoryLine], script: &[SpokenSentence], rate: u32) -> Vec<f32> {
    let rate = rate.max(1) as f32;
    let mut starts = Vec::new();
    let mut behind = 0;
    for line in lines {
        // Where the next line begins in the text, in characters; its end of line counts.
        let next = behind + line.text.chars().count() as u32 + 1;
        let mut sentences = script.iter().filter(|sentence| {
            let word = sentence.words.first();
            word.is_some_and(|word| (behind..next).contains(&word.start))
        });
        starts.push(sentences.next().map(|sentence| sentence.from as f32 / rate));
        behind = next;
    }
    let end = script
        .last()
        .map_or(0.0, |sentence| sentence.to as f32 / rate)
        + REST;
    let mut seconds = vec![SHORTEST; lines.len()];
    let mut next = end;
    // What the voice leaves out is seen for a moment, within the time of the line before.
    for (start, seconds) in starts.iter().zip(&mut seconds).rev() {
        if let Some(start) = start {
            *seconds = (next - start).max(SHORTEST);
            next = *start;
        }
    }
    if let (Some(first), Some(Some(start))) = (seconds.first_mut(), starts.first()) {
        *first += start;
    }
    seconds
}

/// What is shown while a script is said.
pub(super) fn captions(script: &[SpokenSentence], rate: u32) -> Vec<Caption> {
    let captions = captions_of(script, rate).into_iter();
    let caption = captions.map(|segment| Caption {
        from: segment.start,
        to: segment.end,
        text: segment.text,
    });
    caption.collect()
}

fn unspoken(lines: &[StoryLine]) -> Vec<Caption> {
    let seconds = f64::from(UNSPOKEN);
    let captions = lines.iter().enumerate().map(|(index, line)| Caption {
        from: index as f64 * seconds,
        to: (index + 1) as f64 * seconds,
        text: line.text.clone(),
    });
    captions.collect()
}

#[cfg(test)]
mod tests {
    use quartet_pipelines::audio::SpokenWord;

    use super::*;

    fn line(text: &str) -> StoryLine {
        StoryLine {
            text: text.to_owned(),
            prompt: text.to_owned(),
        }
    }

    fn sentence(start: u32, from: u32, to: u32) -> SpokenSentence {
        SpokenSentence {
            words: vec![SpokenWord {
                text: "x".to_owned(),
                start,
                end: start + 1,
                phonemes: "x".to_owned(),
            }],
            timings: Vec::new(),
            from,
            to,
        }
    }

    #[test]
    fn scenes_last_as_long_as_their_lines_are_heard() {
        let lines = [line("abc. d"), line("efg"), line("hi")];
        // The first line is two sentences; half a second passes before it.
        let script = [
            sentence(0, 50, 150),
            sentence(5, 150, 200),
            sentence(7, 200, 300),
            sentence(11, 300, 400),
        ];
        let seconds = spoken_seconds(&lines, &script, 100);
        assert!((seconds[0] - 2.0).abs() < 1e-4, "{seconds:?}");
        assert!((seconds[1] - 1.0).abs() < 1e-4, "{seconds:?}");
        assert!((seconds[2] - (1.0 + REST)).abs() < 1e-4, "{seconds:?}");
    }

    #[test]
    fn a_line_that_no_voice_says_is_seen_for_a_moment() {
        let lines = [line("abc"), line("♪"), line("hi")];
        let script = [sentence(0, 0, 100), sentence(6, 100, 200)];
        let seconds = spoken_seconds(&lines, &script, 100);
        assert!((seconds[1] - SHORTEST).abs() < 1e-6 && (seconds[0] - 1.0).abs() < 1e-4);
    }
}
