//! Words written alike and said in two ways: which one is meant, by the words around.
//!
//! The dictionary keeps a reading for each part of speech; the tagger is a small one and errs where a
//! noun is rarer than its verb, so what stands beside the word corrects it. Where both readings are the
//! same part of speech (bass, lead, bow) the company it keeps decides. Contexts are our own, after the
//! senses of the Oxford and Merriam-Webster entries.

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
const SAID: [(&str, &str, &str); 3] = [
    ("résumé", "ɹˈɛzəmˌA", "ɹˈɛzjʊmˌA"),
    ("résumés", "ɹˈɛzəmˌAz", "ɹˈɛzjʊmˌAz"),
    ("Redding", "ɹˈɛdɪŋ", "ɹˈɛdɪŋ"),
];

/// A word and what stands beside it, in small letters; empty past the ends.
struct Around<'t> {
    tokens: &'t [Token],
    index: usize,
    word: String,
}

const SUBJECTS: &[&str] = &["i", "we", "they", "you", "he", "she", "it", "who"];
const MODALS: &[&str] = &[
    "will", "would", "can", "could", "shall", "should", "may", "might", "must", "'ll", "'d", "ca",
    "wo", "do", "does", "did", "please", "let's", "n't", "cannot", "to",
];
const DETERMINERS: &[&str] = &[
    "a", "an", "the", "no", "any", "some", "this", "every", "each", "another", "my", "your", "his",
    "its", "our", "their", "'s", "whose", "what", "such", "these", "those", "many", "few",
    "several", "both", "of",
];
const BEING: &[&str] = &[
    "is",
    "are",
    "am",
    "was",
    "were",
    "be",
    "been",
    "being",
    "'s",
    "'re",
    "'m",
    "feel",
    "feels",
    "felt",
    "seem",
    "seems",
    "seemed",
    "look",
    "looks",
    "looked",
    "remain",
    "remains",
    "remained",
    "stay",
    "stayed",
    "quite",
    "very",
    "perfectly",
    "so",
    "not",
    "more",
    "less",
    "too",
    "fairly",
    "rather",
    "never",
    "always",
    "really",
    "completely",
    "extremely",
];

impl<'t> Around<'t> {
    fn new(tokens: &'t [Token], index: usize) -> Self {
        let word = tokens[index].text.to_lowercase();
        Self {
            tokens,
            index,
            word,
        }
    }

    /// The word so many places away.
    fn at(&self, offset: isize) -> String {
        self.token(offset)
            .map_or_else(String::new, |token| token.text.to_lowercase())
    }

    fn token(&self, offset: isize) -> Option<&Token> {
        self.tokens.get(self.index.checked_add_signed(offset)?)
    }

    fn tag_at(&self, offset: isize) -> Tag {
        self.token(offset).map_or("", |token| token.tag)
    }

    /// Whether one of the words stands within so many places.
    fn near(&self, places: isize, words: &str) -> bool {
        (-places..=places)
            .filter(|offset| *offset != 0)
            .any(|offset| {
                let word = self.at(offset);
                let stem = word
                    .strip_suffix('s')
                    .filter(|stem| stem.len() > 2)
                    .unwrap_or(&word);
                let holds = |one: &str| {
                    !one.is_empty() && words.split_ascii_whitespace().any(|word| word == one)
                };
                holds(&word) || holds(stem)
            })
    }

    /// The tag that the neighbours call for, where they are plain.
    fn tag(&self) -> Option<Tag> {
        let tag = self.tokens[self.index].tag;
        let verb = tag.starts_with("VB");
        let (before, next) = (self.at(-1), self.at(1));
        let plural = self.word.ends_with('s') && !self.word.ends_with("ss");
        let before = before.as_str();
        match self.word.as_str() {
            "content" | "contents" => return self.content(before, &next),
            "minute" => return Some(self.minute(before, &next)),
            "read" => return self.read(before),
            "live" => return live(before, &next),
            "used" | "close" | "closer" | "closest" | "does" | "lives" | "wound" | "wind"
            | "number" => return None,
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
        if matches!(
            subject.as_str(),
            "have" | "has" | "had" | "'ve" | "was" | "were" | "been" | "be" | "is" | "are"
        ) {
            return Some("VBN");
        }
        if MODALS.contains(&subject.as_str()) {
            return Some("VB");
        }
        let any = |words: &[&str]| {
            self.tokens
                .iter()
                .any(|token| words.contains(&token.text.to_lowercase().as_str()))
        };
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
            "reading" if self.tokens[self.index].text == "Reading" => {
                self.town(&before).then_some("Redding")
            }
            "lead" => {
                let metal = self.near(1, "pipe paint poisoning solder bullet pellet crystal acid ore alloy unleaded acid-free shielding toxic")
                    || (noun || self.at(-1) == "contain" || self.tag_at(-1) == "IN") && self.near(4, "metal copper mercury zinc tin arsenic cadmium toxic pencil")
                    || matches!(before.as_str(), "contains" | "contain" | "contained" | "contaminated");
                metal.then_some("led")
            }
            "tear" | "tears" => {
                let rip = noun && self.at(1) == "in" && self.word == "tear"
                    || before == "and" && self.at(-2) == "wear"
                    || self.near(2, "muscle ligament tendon cartilage meniscus fabric seam")
                        && noun;
                rip.then_some(if self.word == "tear" { "tare" } else { "tares" })
            }
            "bow" | "bows" => {
                let bend = matches!(
                    before.as_str(),
                    "take" | "took" | "takes" | "final" | "deep" | "low" | "polite"
                ) || matches!(
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
            "polish" if self.tokens[self.index].text == "Polish" && self.index == 0 => matches!(
                self.at(1).as_str(),
                "the" | "your" | "it" | "his" | "her" | "my" | "all" | "each" | "up"
            )
            .then_some("polish"),
            "polish" if self.near(2, "poland warsaw") => Some("Polish"),
            _ => None,
        }
    }

    /// Reading in Berkshire, as against reading a book.
    fn town(&self, before: &str) -> bool {
        let placed = matches!(
            before,
            "in" | "to"
                | "from"
                | "near"
                | "at"
                | "of"
                | "for"
                | "via"
                | "through"
                | "outside"
                | "around"
                | "towards"
                | "toward"
                | "between"
                | "leaving"
                | "visit"
                | "visited"
                | "central"
                | "west"
                | "east"
                | "and"
        );
        let next = self.at(1);
        let named = matches!(
            next.as_str(),
            "station"
                | "university"
                | "fc"
                | "festival"
                | "gaol"
                | "borough"
                | "berkshire"
                | "england"
                | "pennsylvania"
                | "railroad"
                | "terminal"
        ) || next == ","
            && matches!(
                self.at(2).as_str(),
                "berkshire" | "england" | "pennsylvania" | "pa" | "uk"
            );
        let is_town = matches!(next.as_str(), "is" | "was" | "lies")
            && self.near(3, "town city england berkshire west")
            && self.index == 0
            && self.near(3, "town city berkshire");
        let other = matches!(
            next.as_str(),
            "rainbow" | "comprehension" | "room" | "club" | "list" | "skills" | "books"
        );
        named || is_town || self.index > 0 && placed && !other
    }
}

/// Whether a word begins what a verb has for its object: `to object the`.
fn noun_object(next: &str) -> bool {
    matches!(
        next,
        "the"
            | "a"
            | "an"
            | "it"
            | "them"
            | "him"
            | "her"
            | "me"
            | "us"
            | "my"
            | "your"
            | "his"
            | "their"
            | "our"
            | "this"
            | "that"
            | "to"
    )
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
