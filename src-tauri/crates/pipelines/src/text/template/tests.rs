//! What templates in use need, and what hostile ones try.

use std::time::{Duration, Instant};

use super::*;
use crate::text::Role;

const CHATML: &str = "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' \
    + message['content'].strip() + '<|im_end|>' + '\n'}}{% endfor %}\
    {% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

fn user(content: &str) -> Vec<Message> {
    vec![Message {
        role: Role::User,
        content: content.to_owned(),
    }]
}

const NOW: DateTime = DateTime::constant(2026, 3, 1, 9, 15, 0, 0);

fn template(source: &str) -> Result<ChatTemplate> {
    let tokens = [("bos_token", "<s>"), ("eos_token", "</s>")];
    let tokens = tokens.map(|(name, token)| (name.to_owned(), token.to_owned()));
    ChatTemplate::new(source, &tokens)
}

fn render(source: &str) -> Result<String> {
    template(source)?.render(&user("x"), NOW)
}

#[test]
fn python_methods_and_loops_work() {
    let template = template(CHATML).unwrap();
    assert_eq!(
        template.render(&user(" 你好 "), NOW).unwrap(),
        "<|im_start|>user\n你好<|im_end|>\n<|im_start|>assistant\n"
    );
}

/// Each line is an idiom of a template in use, with what Jinja in Python writes for it.
#[test]
fn the_idioms_of_templates_in_use_work() {
    for (source, expected) in [
        ("{{ bos_token ~ 'a' ~ 1 ~ none ~ true }}", "<s>a1NoneTrue"),
        (
            "{{ 2 * 3 + 4 ** 2 % 5 }}|{{ 'ab' * 3 }}|{{ 3 * '-' }}|{{ 7 // 2 - 1 }}",
            "7|ababab|---|2",
        ),
        (
            "{{ messages[0]['role'] }}{{ messages[-1].content }}",
            "userx",
        ),
        (
            "{% set m = messages[1:] %}{{ m | length }}{{ 'abc'[::-1] }}{{ 'abc'[1:] }}",
            "0cbabc",
        ),
        (
            "{{ 'a' in 'cat' }}{{ 'z' not in ['a', 'b'] }}{{ 'role' in messages[0] }}",
            "TrueTrueTrue",
        ),
        (
            "{% if messages[0].role == 'user' and 1 < 2 and not (1 >= 2) %}y{% endif %}",
            "y",
        ),
        (
            "{% if (loop is undefined) and (messages is not string) and ([] is iterable) %}y{% endif %}",
            "y",
        ),
        (
            "{% set ns = namespace(seen=false, list=[]) %}{% for m in messages %}{% set ns.seen = true %}\
          {% set ns.list = ns.list + [m.role] %}{% endfor %}{{ ns.seen }}{{ ns.list | join(',') }}",
            "Trueuser",
        ),
        (
            "{% for k, v in {'a': 1, 'b': 'c'}.items() %}{{ k }}={{ v }};{% endfor %}",
            "a=1;b=c;",
        ),
        (
            "{% for x in [1, 2, 3] if x != 2 %}{{ loop.index0 }}{{ x }}{{ '' if loop.last else ', ' }}{% endfor %}",
            "01, 13",
        ),
        (
            "{% macro f(a, b='d') %}[{{ a }}{{ b }}]{% endmacro %}{{ f('x') }}{{ f('y', b=2) }}",
            "[xd][y2]",
        ),
        (
            "{{ messages | map(attribute='role') | join(' ') }}|{{ messages | selectattr('role', 'equalto', 'user') | list | length }}",
            "user|1",
        ),
        (
            "{{ ' a '.strip().upper().replace('A', 'b') }}{{ 'a-b'.split('-')[1] }}{{ 'abc'.startswith('ab') }}",
            "bbTrue",
        ),
        (
            "{{ none is none }}{{ missing is defined }}{{ missing | default('d') }}{{ messages[0].get('name', 'n') }}",
            "TrueFalsedn",
        ),
        (
            "{{ {'name': 'f', 'n': [1, true, none]} | tojson }}",
            "{\"name\": \"f\", \"n\": [1, true, null]}",
        ),
        (
            "{%- set x %}\n a {{ 1 }}{% endset -%}\n{{ x | trim }}{{ (1, 2)[0] }}{{ range(3) | join }}",
            "a 11012",
        ),
        (
            "{{ '%s-%d' | format('a', 3) }}{{ 'abc' | first }}{{ [3, 1] | sort | last }}{{ 2.5 | int }}",
            "a-3a32",
        ),
    ] {
        assert_eq!(render(source).as_deref(), Ok(expected), "{source}");
    }
}

#[test]
fn a_template_can_refuse_in_its_own_words() {
    let refused = render("{{ raise_exception('roles must alternate') }}").unwrap_err();
    assert!(refused.to_string().contains("roles must alternate"));
}

/// Small lists that are large as text, in the three ways there are to make one.
const TWICE: &str = "{% set ns = namespace(s=[1]) %}{% for a in range(64) %}{% set ns.s = [ns.s, ns.s] %}{% endfor %}";
const SUMS: &str = "{% set ns = namespace(s=[1]) %}{% for a in range(64) %}{% set ns.s = ns.s + ns.s %}{% endfor %}";
const DEEP: &str =
    "{% set ns = namespace(s=[1]) %}{% for a in range(90000) %}{% set ns.s = [ns.s] %}{% endfor %}";
const DICTS: &str = "{% set ns = namespace(s=1) %}{% for a in range(90000) %}{% set ns.s = {'a': ns.s} %}{% endfor %}";
const SLICES: &str = "{% set ns = namespace(s=[1]) %}{% for a in range(90000) %}{% set ns.s = ns.s[0:] %}{% endfor %}";
const ITSELF: &str = "{% set ns = namespace() %}{% set ns.s = ns %}";
const LONG: &str = "{% set ns = namespace(s=['y' * 100000] * 1000000000) %}";
const NESTED: &str = "{% set ns = namespace(s=[[['y'] * 100000] * 100000] * 100000) %}";

/// All the ways to look inside a list.
const USES: &[&str] = &[
    "{{ ns.s }}",
    "{{ ns.s ~ '' }}",
    "{{ '' ~ ns.s }}",
    "{{ ns.s ~ ns.s }}",
    "{{ ns.s in 'abc' }}",
    "{{ 'a' in ns.s }}{{ ns.s ~ '' }}",
    "{{ [ns.s] == [[ns.s]] }}{{ ns.s ~ '' }}",
    "{{ ns.s < ns.s }}{{ ns.s | string }}",
    "{{ ns.s | string }}",
    "{{ ns.s | join }}",
    "{{ [ns.s] | join('-') }}",
    "{{ '-'.join([ns.s]) }}",
    "{{ ns.s | tojson }}{{ ns.s | string }}",
    "{{ ns.s | pprint }}{{ ns.s | string }}",
    "{{ ns.s | upper }}",
    "{{ ns.s | trim | length }}{{ ns.s | replace('1', '2') }}",
    "{{ 'a' | replace('a', ns.s) }}",
    "{{ 'a'.replace('a', ns.s) }}",
    "{{ '%s' | format(ns.s) }}",
    "{{ '{}'.format(ns.s) }}",
    "{{ ns.s | map('string') | list }}{{ ns.s | string }}",
    "{{ raise_exception(ns.s) }}",
    "{{ debug(ns.s) }}",
    "{{ {ns.s: 1} }}",
    "{% set d = {'a': 1} %}{{ d[ns.s] }}",
    "{{ ns.s is startingwith(ns.s) }}{{ ns.s | string }}",
    "{% macro f(a) %}{{ a }}{% endmacro %}{{ f(ns.s) }}",
];

#[test]
fn lists_that_are_small_until_they_are_written_end_soon_in_an_error() {
    for list in [TWICE, SUMS, DEEP, DICTS, SLICES, ITSELF, LONG, NESTED] {
        for used in USES {
            ends_soon(&format!("{list}{used}"));
        }
    }
}

#[test]
fn what_the_compiler_could_compute_beforehand_ends_soon_in_an_error() {
    for source in [
        "{{ ([1] * 100000000) ~ '' }}",
        "{{ [1]*100000000 ~ '' }}",
        "{{ 100000000*[1] ~ '' }}",
        "{{ ([[1] * 100000000] * 100000000) == ([[1] * 100000000] * 100000000) }}{{ [] }}",
        "{{ ([1] * 100000000) in 'abc' }}",
        "{{ (1, 2) * 100000000 ~ '' }}",
        "{{ 'x' * 100000000 }}",
        "{% set x = 'x' * 100000000 ~ 'x' * 100000000 %}{{ x }}",
    ] {
        ends_soon(source);
    }
}

#[test]
fn endless_and_huge_work_ends_soon_in_an_error() {
    for source in [
        "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}",
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{% for a in range(10**12) %}x{% endfor %}",
        "{% for a in range(99999) %}{% set x = range(99999) | join %}{% endfor %}",
        "{% for a in range(99999) %}{% set x = range(60000) | list | sort | length %}{% endfor %}",
        "{% for a in range(99999) %}{% set x = range(99999)[99998] %}{% endfor %}",
        "{% set big = 'x' * 1000000 %}{% for a in range(99999) %}{% set x = 'y' in big %}{% endfor %}",
        "{% set big = range(60000) | list %}{% for a in range(99999) %}{% set x = big == big %}{% endfor %}",
        "{% set big = [range(60000) | list] %}{% for a in range(99999) %}{{ '' if loop.changed(big) }}{% endfor %}",
        "{{ 'x' * 2000000000 }}",
        "{% set ns = namespace(s='xxxxxxxx') %}{% for a in range(64) %}{% set ns.s = ns.s + ns.s %}{% endfor %}{{ ns.s }}",
        "{% set ns = namespace(s='xxxxxxxx') %}{% for a in range(64) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}{{ ns.s }}",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{% macro f(a) %}{{ f([a, a]) ~ f(a ~ a) }}{% endmacro %}{{ f([1]) }}",
        "{% for a in [[1]] recursive %}{{ loop([a, a]) }}{% endfor %}",
        "{% include '/etc/passwd' %}",
        "{{ ''.join(['y' * 1000000] * 1000000) }}",
        "{{ ['a', 'b'] | join('y' * 4000000) | replace('y', 'z' * 1000000) }}",
        "{{ range(60000) | join('y' * 1000000) }}",
        "{{ range(60000) | map('join', 'y' * 1000000) | list }}{{ [] }}",
        "{{ ('y' * 1000000).replace('y', 'z' * 1000000) }}",
        "{{ 'a' | indent(1000000000, true) }}{{ [] }}",
        "{{ [1] | slice(1000000000) | list }}{{ [] }}",
        "{{ [1] | batch(1000000000, 'x') | list }}{{ [] }}",
        "{{ '%099999999999d' | format(1) }}",
        "{{ '%.*f' | format(999999999, 1.0) }}{{ [] }}",
        "{{ '{:>99999999999}'.format(1) }}",
        "{{ missing < 2 < 3 }}",
        "{{ '%99999d' % 1 }}",
        "{{ '%.99999f' % 1.5 }}",
        "{{ '%*d' % (999999999, 1) }}",
        "{% set f = '%9999d' * 10000 %}{{ f % ([1] * 10000 | list) }}",
        "{{ ('{:9999}' * 60000).format(1) }}",
        "{% set big = 'y' * 1000000 %}{{ ('{0}' * 1000).format(big) }}",
        "{{ '{:{w}}'.format(1, w=999999999) }}",
        "{{ 'x'.ljust(999999999) }}",
        "{{ 'x'.center(4000000, '😀') }}",
        "{{ 'x'.zfill(999999999) }}",
        "{{ ('\t' * 100000).expandtabs(1000000) }}",
        "{{ 'x' | center(999999999) }}",
        "{{ ('\n' * 100000) | indent('y' * 10000) }}",
        "{{ [1] | tojson(indent=999999999) }}",
        "{{ range(60000) | list | tojson(indent='y' * 1000) }}",
        "{{ [[[[[[1]]]]]] | tojson(indent='y' * 1000000) }}",
        "{{ range(60000) | list | tojson(separators=('y' * 1000, ':')) }}",
        "{% set big = ['\x00' * 1000000] %}{{ [big, big, big, big] }}",
        "{% set big = '\x00' * 1000000 %}{{ big | tojson }}",
        "{% for a in range(99999) %}{{ ['y' * 100000] }}{% endfor %}",
        "{% for a in range(99999) %}{% set x = [messages] * 100 ~ '' %}{% endfor %}",
        "{% for a in range(99999) %}{% set x = ('a ' * 1000).split() %}{% endfor %}",
        "{% for a in range(99999) %}{% set x = ('a' * 100000) | wordcount %}{% endfor %}",
        "{{ strftime_now('%c' * 100000) }}",
        "{{ strftime_now('%9999999Y') }}{{ [].x.y }}",
        "{{ cycler() }}",
        "{% set c = cycler(cycler) %}{{ c.next().next() }}",
        "{{ dict([[[1], 2]]) }}",
        "{{ {}.items | string }}",
        "{% macro m() %}{% endmacro %}{{ m }}",
        "{% for a in [1] %}{{ loop }}{% endfor %}",
        "{{ range(3) }}",
        "{{ 1 if [].append(1) }}",
    ] {
        ends_soon(source);
    }
}

/// Pieces of formats in any order: an answer or an error, never a panic.
#[test]
fn formats_of_any_kind_come_back() {
    const PIECES: &[&str] = &[
        "%", "{", "}", "s", "d", "r", "c", "x", "e", "g", "f", "%%", "{{", "(a)", ":", "!", "0",
        "-", "+", "#", " ", ".", "*", "9", "12", "é", "猫", ">", "^", "=", ",", "_", "a", "[0]",
        "n", "😀",
    ];
    const VALUES: &[&str] = &[
        "1",
        "-7",
        "2.5",
        "'é猫'",
        "none",
        "true",
        "[1]",
        "{'a': 1}",
        "(1, 'b')",
        "-9223372036854775807 - 1",
        "1e308",
        "''",
    ];
    let mut seed = 1_u64;
    let mut draw = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) as usize % below
    };
    for _ in 0..5000 {
        let format: String = (0..=draw(7)).map(|_| PIECES[draw(PIECES.len())]).collect();
        let (first, second) = (VALUES[draw(VALUES.len())], VALUES[draw(VALUES.len())]);
        for source in [
            format!("{{{{ '{format}' % {first} }}}}"),
            format!("{{{{ '{format}' % ({first}, {second}) }}}}"),
            format!("{{{{ '{format}'.format({first}, {second}, a={first}) }}}}"),
        ] {
            let written = render(&source).unwrap_or_default();
            assert!(written.len() < 1 << 20, "{source}");
        }
    }
}

#[test]
fn sources_that_are_hard_to_read_end_soon_in_an_error() {
    for source in [
        "{% for %}".to_owned(),
        "{{ 'x".to_owned(),
        "x".repeat(1 << 20),
        format!("{{{{ {} }}}}", "(".repeat(100_000)),
        format!("{{{{ {}1{} }}}}", "[".repeat(50_000), "]".repeat(50_000)),
        format!("{{{{ {}1 }}}}", "-".repeat(100_000)),
        format!("{{{{ {}1 }}}}", "not ".repeat(50_000)),
        format!("{{{{ 1{} }}}}{{{{ [] }}}}", "|abs".repeat(50_000)),
        format!("{{{{ x{} }}}}{{{{ [] }}}}", "[0:]".repeat(50_000)),
        format!("{{{{ 1{} }}}}{{{{ [] }}}}", "+1".repeat(100_000)),
        format!("{{{{ 1{} }}}}{{{{ [] }}}}", "**1".repeat(50_000)),
        "{% if 1 %}".repeat(20_000),
        "{% for a in [1] %}".repeat(10_000),
        format!("{{{{ [{}] }}}}", "x,".repeat(100_000)),
        format!(
            "{{% set x = [x] %}}{}{{{{ x }}}}",
            "{%set x=[x]%}".repeat(15_000)
        ),
    ] {
        ends_soon(&source);
    }
}

/// Ends in a typed error, within seconds even on a busy machine, never having been large.
fn ends_soon(source: &str) {
    let shown: String = source.chars().take(200).collect();
    let started = Instant::now();
    let (result, peak) = watched(|| render(source));
    assert!(
        matches!(result, Err(Error::Template { .. })),
        "{shown}: {} bytes",
        result.map_or(0, |text| text.len())
    );
    assert!(
        started.elapsed() < Duration::from_secs(30),
        "{shown}: {:?}",
        started.elapsed()
    );
    assert!(peak < 256 << 20, "{shown}: {peak} bytes");
}

/// How much the process grew while `body` ran, looked at every few milliseconds.
fn watched<T>(body: impl FnOnce() -> T) -> (T, u64) {
    use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
    let (running, peak) = (AtomicBool::new(true), AtomicU64::new(0));
    let before = resident();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while running.load(Ordering::Relaxed) {
                peak.fetch_max(resident().saturating_sub(before), Ordering::Relaxed);
                std::thread::sleep(Duration::from_millis(2));
            }
        });
        let result = body();
        peak.fetch_max(resident().saturating_sub(before), Ordering::Relaxed);
        running.store(false, Ordering::Relaxed);
        (result, peak.load(Ordering::Relaxed))
    })
}

/// Resident bytes of this process; 0 where the system has no `/proc`.
fn resident() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").ok();
    let pages = pages.and_then(|text| text.split(' ').nth(1)?.parse::<u64>().ok());
    pages.unwrap_or(0) * 4096
}

#[test]
fn json_is_written_as_python_readers_expect_it() {
    let template = template("{{ messages[0].content | tojson }}").unwrap();
    let text = template.render(&user("<a> \"猫\""), NOW);
    assert_eq!(text.unwrap(), "\"<a> \\\"猫\\\"\"");
}
