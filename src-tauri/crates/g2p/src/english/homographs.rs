//! Words written alike and said in two ways: which one is meant, by the words around.
//!
//! The dictionary keeps a reading for each part of speech; the tagger is a small one and errs where a
//! noun is rarer than its verb, so what stands beside the word corrects it. Where both readings are the
//! same part of speech (bass, lead, bow) the company it keeps decides. Contexts are our own, after the
//! senses of the Oxford and Merriam-Webster entries.

mod around;
mod company;
mod pairs;
mod places;

use self::{
    around::Around,
    company::{BEING, DETERMINERS, MODALS, SUBJECTS, noun_object},
};
use super::{lexicon::Lexicon, tagger::Tag, token::Token};

/// Corrects the tags of a sentence, and gives words another spelling where that is how they sound.
pub(super) fn settle(tokens: &mut [Token], lexicon: &Lexicon) {
    for index in 0..tokens.len() {
        if tokens[index].is_settled() || !tokens[index].text.is_ascii() {
            continue;
        }
        let around = Around::new(tokens, index);
        let tag = if lexicon.varies(&around.word) {
            around.tag()
        } else {
            None
        };
        let alias = around.sense();
        if let Some(tag) = tag {
            tokens[index].tag = tag;
        }
        match alias.and_then(|alias| SAID.iter().find(|(word, ..)| *word == alias)) {
            Some((_, american, british)) => {
                let said = if lexicon.is_british() {
                    british
                } else {
                    american
                };
                tokens[index].phonemes = Some((*said).to_owned());
            }
            None => tokens[index].alias = alias,
        }
    }
}

/// Spellings that the dictionaries lack: American, British.
const SAID: [(&str, &str, &str); 14] = [
    ("résumé", "ɹˈɛzəmˌA", "ɹˈɛzjʊmˌA"),
    ("résumés", "ɹˈɛzəmˌAz", "ɹˈɛzjʊmˌAz"),
    ("Reading (the town)", "ɹˈɛdɪŋ", "ɹˈɛdɪŋ"),
    ("Nice (the city)", "nˈis", "nˈis"),
    ("Slough (the town)", "slˈW", "slˈW"),
    ("Job (the prophet)", "ʤˈOb", "ʤˈQb"),
    ("row (a quarrel)", "ɹˈW", "ɹˈW"),
    ("rows (quarrels)", "ɹˈWz", "ɹˈWz"),
    ("bowed (low)", "bˈWd", "bˈWd"),
    ("bowing (low)", "bˈWɪŋ", "bˈWɪŋ"),
    ("does (deer)", "dˈOz", "dˈQz"),
    ("sewer (who sews)", "sˈOəɹ", "sˈQə"),
    ("aged (old)", "ˈAʤəd", "ˈAʤɪd"),
    ("axes (tools)", "ˈæksᵻz", "ˈaksɪz"),
];

impl Around<'_> {
    /// The tag that the neighbours call for, where they are plain.
    fn tag(&self) -> Option<Tag> {
        let tag = self.tag_at(0);
        let verb = tag.starts_with("VB");
        let (before, next) = (self.at(-1), self.at(1));
        let plural = self.word.ends_with('s') && !self.word.ends_with("ss");
        let before = before.as_str();
        match self.word.as_str() {
            "content" | "contents" => return self.content(before, &next),
            "minute" => return Some(self.minute(before, &next)),
            "read" => return self.read(before),
            "live" => return live(before, &next),
            "wound" => return Some(pairs::wound(self, before, &next)),
            "dove" => return pairs::dove(self, before, &next),
            "close" => return pairs::close(self, before, &next),
            "learned" => return pairs::learned(self, &next),
            "invalid" => {
                let alone = !self.tag_at(1).starts_with("NN") && self.tag_at(1) != "JJ";
                return (DETERMINERS.contains(&before) && alone).then_some("NN");
            }
            "used" | "closer" | "closest" | "does" | "lives" | "wind" | "number" => return None,
            _ => {}
        }
        let noun_follows = self.tag_at(1).starts_with("NN") && !self.tag_at(1).starts_with("NNP");
        let adverb = self.tag_at(-1) == "RB" && before != "not" && before != "n't";
        let subject = if adverb {
            self.at(-2)
        } else {
            before.to_owned()
        };
        let modal = MODALS.contains(&subject.as_str())
            && !(subject == "to" && (adverb || !verb && !noun_object(&next)));
        let third = matches!(subject.as_str(), "he" | "she" | "it") && !self.word.ends_with("ed");
        let is_subject = SUBJECTS.contains(&subject.as_str()) && (!third || plural);
        // Present your work; record the result.
        let told = (self.index == 0
            || matches!(
                before,
                "." | ":" | ";" | "then" | "now" | ")" | "always" | "also"
            ))
            && noun_object(&next)
            && next != "to";
        if !verb && told && !plural && !self.word.ends_with("ed") && !self.word.ends_with("ing") {
            return Some("VB");
        }
        // The rooms separate us, the clouds present them.
        let object = matches!(next.as_str(), "us" | "them" | "me" | "him" | "you" | "it");
        if !verb && object && !plural && self.tag_at(-1) == "NNS" && !self.word.ends_with("ed") {
            return Some("VB");
        }
        if !verb && (is_subject || modal) && !self.word.ends_with("ed") {
            return Some(if third && plural { "VBZ" } else { "VB" });
        }
        let helped = before == "her"
            && matches!(
                self.at(-2).as_str(),
                "let" | "make" | "made" | "help" | "helped" | "saw" | "hear" | "heard" | "watch"
            );
        let determined = DETERMINERS.contains(&before)
            && !(before == "'s" && self.tag_at(-1) != "POS")
            || before == "her" && !helped;
        let described = self.tag_at(-1) == "JJ" && DETERMINERS.contains(&self.at(-2).as_str());
        if verb
            && !self.word.ends_with("ed")
            && !self.word.ends_with("ing")
            && (determined || described)
        {
            return Some(match (noun_follows, plural) {
                (true, _) => "JJ",
                (_, true) => "NNS",
                _ => "NN",
            });
        }
        None
    }

    /// Content with it, but the content of it.
    fn content(&self, before: &str, next: &str) -> Option<Tag> {
        let ends = next.is_empty()
            || ".,;:!?".contains(next)
            || matches!(
                next,
                "with" | "to" | "and" | "just" | "enough" | "in" | "at"
            );
        if self.word == "content" && BEING.contains(&before) && ends {
            return Some("JJ");
        }
        let noun = DETERMINERS.contains(&before)
            || self.tag_at(-1).starts_with("NN")
            || self.tag_at(-1) == "JJ";
        noun.then_some(if self.word == "contents" { "NNS" } else { "NN" })
    }

    /// Minute details, but a minute ago.
    fn minute(&self, before: &str, next: &str) -> Tag {
        const SMALL: &str = " detail amount amounts quantity quantities particle particles trace traces difference differences \
            change changes crack cracks scale speck dose doses fraction fractions variation variations creature creatures \
            piece pieces portion hole holes organism organisms crystals grains ";
        let very = matches!(
            before,
            "very" | "so" | "extremely" | "too" | "such" | "most" | "incredibly"
        );
        let counted = self.tag_at(-1) == "CD" || before == "-";
        let ends = next.is_empty() || ".,;:!?".contains(next);
        let very = very || BEING.contains(&before) && ends;
        let small = !counted
            && (SMALL.contains(&format!(" {next} ")) && !next.is_empty()
                || self.tag_at(1) == "NNS"
                || very);
        if small { "JJ" } else { "NN" }
    }

    /// I read it every day; I read it yesterday; I have read it.
    fn read(&self, before: &str) -> Option<Tag> {
        let subject = if self.tag_at(-1) == "RB" {
            self.at(-2)
        } else {
            before.to_owned()
        };
        let asked = matches!(self.at(-2).as_str(), "have" | "has" | "had");
        if asked && SUBJECTS.contains(&before) {
            return Some("VBN");
        }
        if matches!(
            subject.as_str(),
            "have" | "has" | "had" | "'ve" | "was" | "were" | "been" | "be" | "is" | "are"
        ) {
            return Some("VBN");
        }
        if MODALS.contains(&subject.as_str()) {
            return Some("VB");
        }
        let any = |words: &[&str]| self.any(words);
        if matches!(subject.as_str(), "i" | "we" | "they" | "you") {
            let habit = any(&[
                "every",
                "usually",
                "often",
                "always",
                "sometimes",
                "daily",
                "rarely",
                "now",
                "still",
            ]) && !any(&["yesterday", "ago", "last", "was", "were", "did"]);
            return Some(if habit {
                "VB"
            } else if any(&["yesterday", "ago", "last"]) {
                "VBD"
            } else {
                return None;
            });
        }
        matches!(subject.as_str(), "he" | "she" | "it").then_some("VBD")
    }

    /// Another spelling of how the word is said, by what stands near it.
    fn sense(&self) -> Option<&'static str> {
        let before = self.at(-1);
        let noun =
            DETERMINERS.contains(&before.as_str()) || before == "her" || self.tag_at(-1) == "JJ";
        match self.word.as_str() {
            "bass" => {
                let fish = self.near(5, "fish fishing fisherman caught catch lake river sea striped largemouth smallmouth grilled \
                    fillet pond ate eat cook cooked fried baked rod trout salmon angler boat bait hook sea-bass");
                (!fish).then_some("base")
            }
            "resume" | "resumes" => {
                let noun = (noun || self.near(1, "cv")) && !self.at(1).starts_with("the")
                    || self.tag_at(-1).starts_with("VB")
                        && self.near(4, "job interview employer cv letter");
                noun.then_some(if self.word == "resume" {
                    "résumé"
                } else {
                    "résumés"
                })
            }
            "reading" | "nice" | "slough" => places::town(self),
            "job" => self.prophet(&before).then_some("Job (the prophet)"),
            "lead" => {
                let metal = (noun || self.at(-1) == "contain" || self.tag_at(-1) == "IN")
                    && self.near(
                        4,
                        "metal copper mercury zinc tin arsenic cadmium toxic pencil",
                    )
                    || matches!(
                        before.as_str(),
                        "contains" | "contain" | "contained" | "contaminated"
                    )
                    || pairs::metal(self, &before);
                metal.then_some("led")
            }
            "tear" | "tears" => {
                let wept = self.near(5, "eye cheek face cry cried weep");
                let rip = noun && self.at(1) == "in" && self.word == "tear" && !wept
                    || before == "and" && self.at(-2) == "wear"
                    || self.near(2, "muscle ligament tendon cartilage meniscus fabric seam")
                        && noun;
                rip.then_some(if self.word == "tear" { "tare" } else { "tares" })
            }
            "bow" | "bows" => {
                let bend = pairs::honours(self)
                    || matches!(
                        before.as_str(),
                        "take" | "took" | "takes" | "final" | "deep" | "low" | "polite"
                    )
                    || matches!(
                        self.at(-2).as_str(),
                        "take" | "took" | "takes" | "gave" | "with"
                    ) && before == "a"
                        && !self.near(4, "arrow violin ribbon tie hair pink red string")
                    || self.near(4, "ship boat stern deck vessel yacht canoe") && noun
                    || self.at(1) == "down";
                bend.then_some(if self.word == "bow" {
                    "bough"
                } else {
                    "boughs"
                })
            }
            "bowed" => pairs::bent(self).then_some("bowed (low)"),
            "bowing" => pairs::bent(self).then_some("bowing (low)"),
            "row" => pairs::quarrel(self, &before).then_some("row (a quarrel)"),
            "rows" => pairs::quarrel(self, &before).then_some("rows (quarrels)"),
            "does" => pairs::deer(self, &before).then_some("does (deer)"),
            "sewer" => self
                .near(4, "seamstress tailor sewing needle thread dressmaker quilt")
                .then_some("sewer (who sews)"),
            "aged" => pairs::old(self).then_some("aged (old)"),
            "axes" => pairs::tools(self).then_some("axes (tools)"),
            "polish" if self.written() == "Polish" && self.index == 0 => matches!(
                self.at(1).as_str(),
                "the" | "your" | "it" | "his" | "her" | "my" | "all" | "each" | "up"
            )
            .then_some("polish"),
            "polish" if self.near(2, "poland warsaw") => Some("Polish"),
            _ => None,
        }
    }

    /// The Book of Job, as against a job.
    fn prophet(&self, before: &str) -> bool {
        let told = before == "of"
            && matches!(
                self.at(-2).as_str(),
                "book" | "patience" | "story" | "trials" | "suffering" | "sufferings" | "faith"
            );
        let owns = self.at(1) == "'s"
            && matches!(
                self.at(2).as_str(),
                "comforter" | "comforters" | "wife" | "patience"
            );
        self.written() == "Job" && (told || owns)
    }
}

/// Live music, we live here, broadcast live.
fn live(before: &str, next: &str) -> Option<Tag> {
    const SHOWN: &str = " music show shows broadcast stream streams streaming concert concerts tv television album audience \
        performance performances recording video event events coverage band chat wire ammunition animals bait updates feed session ";
    let shown = SHOWN.contains(&format!(" {next} ")) && !next.is_empty();
    if shown && !SUBJECTS.contains(&before) && before != "to" {
        return Some("JJ");
    }
    if matches!(
        before,
        "streamed"
            | "broadcast"
            | "go"
            | "went"
            | "goes"
            | "going"
            | "performed"
            | "recorded"
            | "stream"
            | "perform"
            | "watch"
            | "played"
    ) {
        return Some("RB");
    }
    (SUBJECTS.contains(&before) || MODALS.contains(&before)).then_some("VB")
}
