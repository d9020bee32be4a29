//! What is written in capitals for its loudness: `SHE'S GONE`. It is read as any other text; what is
//! spelled (`FBI`) stays as it is.

use fancy_regex::{Error, Regex};

use crate::{normalized_text::NormalizedText, rule::group};

/// Words that are no abbreviation too: where one stands between capitals, people shout.
const SHOUTED: &str = " THE AND HE SHE MY YOUR YOU WE THEY ARE WAS WERE NOT THIS THAT IS TO OF HAVE HAS HAD WILL WOULD CAN \
    CANNOT COULD SHOULD WHAT WHERE WHEN WHY HOW ALL FOR FROM WITH HIS HER OUR THEIR THERE HERE BUT NOW NEVER PLEASE \
    DON'T CAN'T WON'T I'M IT'S HE'S SHE'S WE'RE YOU'RE THEY'RE LET'S THAT'S WHAT'S DIDN'T ISN'T I'LL YOU'LL WE'LL I'VE ";

/// Spelled or said as they are, whatever word is written the same; `US` and `IT` depend.
const SPELLED: &str = " TV UK EU UN USA FBI CIA CEO CFO CTO DNA RNA PDF GPS USB ATM VIP FAQ DIY PIN SIM RAM ROM BBC NBC CBS ABC \
    CNN HBO NHS IRS NSA LED LCD SUV URL UFO HIV AIDS MRI IQ PC CD DVD HR PR QA AI ML NLP GPU CPU API SQL HTML CSS IP ID PE PA \
    NBA NFL NHL MLB UEFA FIFA NATO NASA UNESCO UNICEF OPEC COVID ASAP RSVP ETA DOB AM PM BC AD ER ICU NYC LA DC ";

#[derive(Debug)]
pub(super) struct Capitals {
    run: Regex,
    word: Regex,
}

impl Capitals {
    pub(super) fn new() -> Result<Self, Error> {
        let word = r"[\p{Lu}](?:[\p{Lu}'’]*[\p{Lu}])?(?:['’][\p{Lu}]{1,2})?";
        let lone = r"(?<![\p{L}\p{N}_'’.\-@/#])";
        let end = r"(?![\p{L}\p{N}_@]|['’\-.][\p{L}\p{N}])";
        Ok(Self {
            run: Regex::new(&format!(
                r"{lone}{word}{end}(?:[ ,;:!?—–.…&\x22“”()\d-]+{word}{end})*"
            ))?,
            word: Regex::new(&format!("{word}{end}"))?,
        })
    }

    /// `knows` tells whether a word in small letters is in the dictionary.
    pub(super) fn lower(&self, text: &mut NormalizedText, knows: &dyn Fn(&str) -> bool) {
        let whole = text.text();
        if !whole
            .as_bytes()
            .windows(2)
            .any(|pair| pair.iter().all(u8::is_ascii_uppercase))
            && !whole.contains(['\'', '’'])
        {
            return;
        }
        let all = !whole.contains(char::is_lowercase);
        text.rewrite(&self.run, |found, _| {
            let run = group(found, 0);
            let words: Vec<&str> = self
                .word
                .find_iter(run)
                .map_while(Result::ok)
                .map(|word| word.as_str())
                .collect();
            is_shouted(&words, all, knows).then(|| self.quiet(run, knows))
        });
    }

    fn quiet(&self, run: &str, knows: &dyn Fn(&str) -> bool) -> String {
        let mut said = String::with_capacity(run.len());
        let mut behind = 0;
        let mut before = "";
        for word in self.word.find_iter(run).map_while(Result::ok) {
            said += &run[behind..word.start()];
            behind = word.end();
            let after = &run[behind..];
            if is_word(word.as_str(), before, after, knows) {
                said += &word.as_str().to_lowercase();
            } else {
                said += word.as_str();
            }
            before = word.as_str();
        }
        said += &run[behind..];
        said
    }
}

fn is_shouted(words: &[&str], all: bool, knows: &dyn Fn(&str) -> bool) -> bool {
    let plain = |word: &str| SHOUTED.contains(&format!(" {} ", word.replace('’', "'")));
    let long = |word: &str| word.len() > 3 && !is_spelled(word) && knows(&word.to_lowercase());
    let contraction = |word: &str| word.contains(['\'', '’']) && plain(word);
    match words {
        [word] => contraction(word),
        _ => {
            words.iter().any(|word| plain(word)) && words.iter().any(|word| word.len() > 1)
                || all && words.iter().any(|word| long(word))
                || words.iter().filter(|word| long(word)).count() > 1
        }
    }
}

fn is_spelled(word: &str) -> bool {
    SPELLED.contains(&format!(" {word} "))
}

/// Whether a word in capitals is one among words that are shouted.
fn is_word(word: &str, before: &str, after: &str, knows: &dyn Fn(&str) -> bool) -> bool {
    const PREPOSITIONS: [&str; 16] = [
        "ON", "TO", "WITH", "FOR", "AT", "BY", "LET", "GIVE", "TELL", "OF", "SHOW", "JOIN",
        "LEAVE", "HELP", "FROM", "SAVE",
    ];
    let stem = word.split(['\'', '’']).next().unwrap_or_default();
    match word {
        "I" | "OK" => false,
        "A" => true,
        "US" => PREPOSITIONS.contains(&before),
        "IT" => !(matches!(before, "THE" | "OUR" | "AN" | "YOUR") && after.starts_with(' ')),
        "WHO" => before != "THE",
        "AM" => before == "I",
        _ if is_spelled(word) => false,
        _ if word.len() > 1 && word.chars().all(|c| "IVX".contains(c)) => false,
        _ => {
            knows(&word.to_lowercase().replace('’', "'"))
                || stem.len() < word.len() && knows(&stem.to_lowercase())
        }
    }
}
