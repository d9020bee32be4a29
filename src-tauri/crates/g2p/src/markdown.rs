//! What of a Markdown text is read aloud: the words, not their markup.
//!
//! Every character keeps its place, so that a word that is being said can be shown where it stands:
//! markup becomes fillers, which the readers pass over. Text that is no Markdown stays as it is.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, OffsetIter, Options, Parser, Tag};

use crate::pronounced::pronounced;

/// Stands where markup stood inside a line: it has no width, and parts no words.
pub const FILLER: char = '\u{2060}';

/// Tags of HTML that people write into Markdown; what else stands in angle brackets is their own.
const HTML: &str = " a abbr article aside audio b blockquote body br button caption center cite code \
    col dd del details dfn div dl dt em embed figcaption figure font footer form h1 h2 h3 h4 h5 h6 \
    head header hr html i iframe img input ins kbd label li link main mark meta nav object ol option \
    p picture pre q s samp script section select small source span strike strong style sub summary \
    sup svg table tbody td textarea tfoot th thead time title tr tt u ul var video wbr ";

/// The text as it is read aloud: as many characters as were given, line for line.
pub fn spoken_text(text: &str) -> String {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES;
    let parser = Parser::new_ext(text, options);
    let mut spoken = Spoken::new(text);
    for (_, definition) in parser.reference_definitions().iter() {
        // `[Alice]: Hello` is somebody speaking.
        if !definition.dest.contains(['/', '.', '#', ':']) {
            spoken.keep(definition.span.clone());
        }
    }
    spoken.read(parser.into_offset_iter());
    spoken.finish()
}

/// What becomes of each character.
struct Spoken<'t> {
    text: &'t str,
    /// By the byte it begins at: what is said there; none for markup.
    characters: Vec<Option<char>>,
}

impl<'t> Spoken<'t> {
    fn new(text: &'t str) -> Self {
        let mut characters = vec![None; text.len()];
        for (at, c) in text.char_indices().filter(|(_, c)| c.is_whitespace()) {
            characters[at] = Some(c);
        }
        Self { text, characters }
    }

    fn keep(&mut self, range: Range<usize>) {
        for (at, c) in self.text[range.clone()].char_indices() {
            self.characters[range.start + at] = Some(c);
        }
    }

    fn read(&mut self, events: OffsetIter<'t>) {
        let mut ordered = Vec::new();
        for (event, range) in events {
            match event {
                Event::Text(said) => self.say(&said, range),
                Event::Code(_) => {
                    let code = &self.text[range.clone()];
                    let start = range.end - code.trim_start_matches('`').len();
                    let end = range.start + code.trim_end_matches('`').len();
                    self.keep(start..end.max(start));
                }
                Event::InlineHtml(_) => self.html(range),
                Event::Start(tag) => match tag {
                    Tag::HtmlBlock => self.html(range),
                    Tag::List(first) => ordered.push(first.is_some()),
                    Tag::Item if ordered.last() == Some(&true) => self.number(range),
                    Tag::TableHead | Tag::TableRow => self.row(range),
                    Tag::Emphasis | Tag::Strong | Tag::Strikethrough => self.emphasis(range),
                    Tag::Link { link_type, .. } | Tag::Image { link_type, .. } => {
                        self.link(link_type, range);
                    }
                    _ => {}
                },
                Event::End(pulldown_cmark::TagEnd::List(_)) => {
                    ordered.pop();
                }
                _ => {}
            }
        }
    }

    /// `&amp;` is one character where five stand.
    fn say(&mut self, said: &str, range: Range<usize>) {
        if self.text[range.clone()] == *said {
            return self.keep(range);
        }
        let places = self.text[range.clone()].char_indices();
        for ((at, _), c) in places.zip(said.chars()) {
            self.characters[range.start + at] = Some(c);
        }
    }

    /// `1.` of a list is said.
    fn number(&mut self, item: Range<usize>) {
        let marker = &self.text[item.clone()];
        let digits = marker.len()
            - marker
                .trim_start_matches(|c: char| c.is_ascii_digit())
                .len();
        self.keep(item.start..(item.start + digits + 1).min(item.end));
    }

    /// There is a pause between the cells of a row.
    fn row(&mut self, row: Range<usize>) {
        let cells = self.text[row.clone()].trim().trim_matches('|');
        let start = cells.as_ptr() as usize - self.text.as_ptr() as usize;
        for (at, _) in cells.match_indices('|') {
            self.characters[start + at] = Some(',');
        }
    }

    /// `2*3*4` has no emphasis, and `~5~` is not struck out.
    fn emphasis(&mut self, range: Range<usize>) {
        let inside = &self.text[range.clone()];
        let Some(mark) = inside.chars().next() else {
            return;
        };
        let width = inside.len() - inside.trim_start_matches(mark).len();
        let width = width.min(2);
        let before = self.text[..range.start].chars().next_back();
        let after = self.text[range.end..].chars().next();
        let [before, after] = [before, after].map(|c| c.filter(|c| c.is_alphanumeric()));
        let digits = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        let product = mark == '*'
            && before.is_some()
            && after.is_some()
            && (width == 1 || digits(before) || digits(after));
        let lone_tilde = mark == '~' && !inside.starts_with("~~");
        if product || lone_tilde {
            self.keep(range.start..range.start + width);
            self.keep(range.end - width..range.end);
        }
    }

    /// The words of a link; how a word is pronounced, `[word](/phonemes/)`, is for the readers.
    fn link(&mut self, kind: LinkType, range: Range<usize>) {
        let link = &self.text[range.clone()];
        if kind == LinkType::Inline && pronounced(link) == Some(link.len()) {
            return self.keep(range);
        }
        // The spaces before a title part nothing.
        if let Some(target) = link.rfind("](") {
            for (at, _) in link[target..].match_indices(' ') {
                self.characters[range.start + target + at] = None;
            }
        }
    }

    /// Drops tags, comments and scripts, keeps the words between.
    fn html(&mut self, range: Range<usize>) {
        let html = &self.text[range.clone()];
        let mut at = 0;
        while at < html.len() {
            let rest = &html[at..];
            let here = range.start + at;
            at += if let Some(length) = markup(rest) {
                if name(&rest[1..]).eq_ignore_ascii_case("br") {
                    self.characters[here] = Some(' ');
                }
                length
            } else if let Some(name) = placeholder(rest) {
                self.characters[here] = Some(' ');
                self.keep(here + 1..here + 1 + name);
                self.characters[here + 1 + name] = Some(' ');
                name + 2
            } else {
                let first = rest.chars().next().map_or(1, char::len_utf8);
                let next = rest[first..]
                    .find('<')
                    .map_or(rest.len(), |next| next + first);
                self.keep(here..here + next);
                next
            };
        }
    }

    fn finish(self) -> String {
        let mut spoken = String::with_capacity(self.text.len());
        let mut line_begins = true;
        for (at, c) in self.text.char_indices() {
            let said = self.characters[at];
            spoken.push(match said {
                Some(said) => said,
                // What begins a line parts words.
                None if line_begins => ' ',
                None => FILLER,
            });
            line_begins = c == '\n' || line_begins && said.is_none_or(char::is_whitespace);
        }
        spoken
    }
}

/// The length of the tag, comment or script that a text begins with.
fn markup(text: &str) -> Option<usize> {
    if let Some(comment) = text.strip_prefix("<!--") {
        return Some(4 + comment.find("-->").map_or(comment.len(), |end| end + 3));
    }
    let inside = text.strip_prefix('<')?;
    let tag = inside.strip_prefix('/').unwrap_or(inside);
    let name = name(tag);
    if name.is_empty() || !HTML.contains(&format!(" {} ", name.to_ascii_lowercase())) {
        return None;
    }
    let end = inside.find('>')?;
    let rest = tag[name.len()..].split('>').next().unwrap_or_default();
    let rest = rest.trim_end_matches('/').trim();
    // In `a<b and b>c` nothing is marked up.
    if !rest.is_empty() && !rest.contains('=') {
        return None;
    }
    let length = end + 2;
    let hidden = ["script", "style"]
        .into_iter()
        .find(|hidden| name.eq_ignore_ascii_case(hidden));
    let closing = hidden.and_then(|hidden| text[length..].find(&format!("</{hidden}")));
    Some(length + closing.unwrap_or(0))
}

fn name(tag: &str) -> &str {
    let end = tag.find(|c: char| !c.is_ascii_alphanumeric());
    &tag[..end.unwrap_or(tag.len())]
}

/// The length of the name in `<name>`, which stands for something to be filled in.
fn placeholder(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('<')?;
    let end = inside.find('>').filter(|&end| end > 0)?;
    let plain = |c: char| c.is_alphanumeric() || "-_".contains(c);
    inside[..end].chars().all(plain).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fillers left out, runs of white space as one.
    fn read(text: &str) -> String {
        let spoken = spoken_text(text);
        assert_eq!(spoken.chars().count(), text.chars().count(), "{text}");
        let lines = spoken.lines().map(|line| {
            let words = line.replace(FILLER, "");
            words.split_whitespace().collect::<Vec<_>>().join(" ")
        });
        let lines: Vec<_> = lines.filter(|line| !line.is_empty()).collect();
        lines.join(" / ")
    }

    #[test]
    fn markup_is_not_said() {
        let cases = [
            ("## Summary\nIt went well.", "Summary / It went well."),
            ("Title\n=====\n\nMore\n---\n", "Title / More"),
            ("# Title #", "Title"),
            ("> It was late.\n> Very late.", "It was late. / Very late."),
            ("- Milk\n* Eggs\n+ Tea", "Milk / Eggs / Tea"),
            ("1. First\n2. Second", "1. First / 2. Second"),
            ("- [x] Done\n- [ ] Open", "Done / Open"),
            ("~~gone~~ **bold** *thin* __b__ _i_", "gone bold thin b i"),
            ("un**believ**able", "unbelievable"),
            ("***both*** and `code` and ``a`b``", "both and code and a`b"),
            ("See [the guide](https://a.b/c \"T\").", "See the guide."),
            ("[one][1] and [2]\n\n[1]: https://a.b\n[2]: /c", "one and 2"),
            ("![a cat](cat.png) sleeps", "a cat sleeps"),
            ("<https://a.b> or <me@a.b>", "https://a.b or me@a.b"),
            ("A note.[^1]\n\n[^1]: The note.", "A note. / The note."),
            ("| a | b |\n|---|:-:|\n| 1 | 2 |", "a , b / 1 , 2"),
            ("```rust\nlet x = 1;\n```", "let x = 1;"),
            ("one\n\n---\n\ntwo\n\n***\n", "one / two"),
            ("<b>bo</b>ld<br/>x", "bold x"),
            ("<div class=\"a\">\nIn it\n</div>", "In it"),
            ("<!-- no -->\nyes <!-- no --> yes", "yes yes"),
            ("<script>\nvar a = 1;\n</script>\nyes", "yes"),
            ("a &amp; b &lt; c", "a & b < c"),
            ("\\*not\\* \\# a", "*not* # a"),
            ("## 小结\n- **很好**", "小结 / 很好"),
            ("Type <name> here", "Type name here"),
        ];
        for (text, said) in cases {
            assert_eq!(read(text), said, "{text}");
        }
    }

    #[test]
    fn what_is_no_markup_stays() {
        for text in [
            "3 > 2 and 1 < 2",
            "a * b * c",
            "2*3*4=24",
            "5*x + 3*y",
            "2**3**2",
            "C# and F# and #1",
            "#hashtag at the start",
            "x<y and y>z",
            "if a<b and b>c",
            "snake_case_name and other_name",
            "about ~5 and ~10",
            "~5~",
            "price* and more",
            "[tomato](/təmˈɑtO/) and [行](/xaŋ↗/)里",
            "[Alice]: Hello",
            "[sic] and [1]",
            "-5 degrees",
            "f(x) = |x|",
            "a | b",
            "2026. A year",
            "it's 5'10\" & more; ok_",
            "** and * alone",
            "",
        ] {
            assert_eq!(read(text), text, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_character_keeps_its_place(text in "[a<>/!\\[\\]()*_~`#|&;\\- \n5é好=\"]{0,40}") {
            let spoken = spoken_text(&text);
            proptest::prop_assert_eq!(spoken.chars().count(), text.chars().count());
            proptest::prop_assert_eq!(spoken.lines().count(), text.lines().count());
        }
    }
}
