//! Circles of files: each can only be understood, tested and changed with all the others.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::finding::{Arrow, Finding};

type Graph<'a> = BTreeMap<&'a str, BTreeMap<&'a str, usize>>;

pub fn check(arrows: &[Arrow]) -> Vec<Finding> {
    let mut graph = Graph::new();
    for arrow in arrows {
        let to = graph.entry(&arrow.from).or_default();
        let line = to.entry(&arrow.to).or_insert(arrow.line);
        *line = arrow.line.min(*line);
    }
    let circles = circles(&graph);
    circles.iter().map(|circle| told(&graph, circle)).collect()
}

/// A shortest way round, as a list of what to cut.
fn told(graph: &Graph<'_>, circle: &BTreeSet<&str>) -> Finding {
    let rounds = circle
        .iter()
        .map(|start| way(graph, start, start))
        .min_by_key(Vec::len);
    let round = rounds.unwrap_or_default();
    let steps: Vec<String> = round
        .iter()
        .map(|(from, to, line)| format!("    {from}:{line} uses {to}"))
        .collect();
    let first = round.first();
    Finding {
        file: first.map_or_else(String::new, |(from, ..)| (*from).to_owned()),
        line: first.map_or(1, |(.., line)| *line),
        what: format!(
            "a circle of {} files: {}; move what they share to a file below them, or turn one \
             of these round:\n{}",
            circle.len(),
            circle.iter().copied().collect::<Vec<_>>().join(", "),
            steps.join("\n")
        ),
    }
}

/// The arrows of a shortest way from `start` to `goal`, at least one; none where there is no way.
fn way<'a>(graph: &Graph<'a>, start: &str, goal: &str) -> Vec<(&'a str, &'a str, usize)> {
    let mut came: BTreeMap<&str, (&'a str, &'a str, usize)> = BTreeMap::new();
    let mut open = VecDeque::from([start]);
    while let Some(file) = open.pop_front() {
        let Some((from, targets)) = graph.get_key_value(file) else {
            continue;
        };
        for (to, line) in targets {
            if !came.contains_key(to) {
                came.insert(to, (from, to, *line));
                open.push_back(to);
            }
        }
        if came.contains_key(goal) {
            break;
        }
    }
    let (mut steps, mut at) = (Vec::new(), goal);
    while let Some(step) = came.get(at) {
        steps.push(*step);
        at = step.0;
        if at == start {
            break;
        }
    }
    steps.reverse();
    steps
}

/// The strongly connected components of more than one file: those that reach each other.
fn circles<'a>(graph: &Graph<'a>) -> Vec<BTreeSet<&'a str>> {
    let reached = |start: &'a str| {
        let (mut seen, mut open) = (BTreeSet::new(), vec![start]);
        while let Some(file) = open.pop() {
            for to in graph.get(file).into_iter().flat_map(BTreeMap::keys) {
                if seen.insert(*to) {
                    open.push(to);
                }
            }
        }
        seen
    };
    let reach: BTreeMap<&str, BTreeSet<&str>> =
        graph.keys().map(|file| (*file, reached(file))).collect();
    let mut found = BTreeSet::new();
    for (file, targets) in &reach {
        let circle: BTreeSet<&str> = targets
            .iter()
            .filter(|to| reach.get(*to).is_some_and(|back| back.contains(file)))
            .copied()
            .collect();
        if circle.len() > 1 {
            found.insert(circle);
        }
    }
    found.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrows(pairs: &[(&str, &str)]) -> Vec<Arrow> {
        let arrow = |(index, (from, to)): (usize, &(&str, &str))| Arrow {
            from: (*from).to_owned(),
            to: (*to).to_owned(),
            line: index + 1,
        };
        pairs.iter().enumerate().map(arrow).collect()
    }

    #[test]
    fn a_circle_is_shown_by_a_shortest_way_round() {
        let arrows = arrows(&[
            ("a", "b"),
            ("b", "c"),
            ("c", "a"),
            ("c", "b"),
            ("c", "d"),
            ("e", "a"),
        ]);
        let found = check(&arrows);
        assert_eq!(found.len(), 1);
        let text = found[0].to_string();
        assert!(
            text.starts_with("b:2: a circle of 3 files: a, b, c"),
            "{text}"
        );
        assert!(text.ends_with("    b:2 uses c\n    c:4 uses b"), "{text}");
    }

    #[test]
    fn files_that_only_look_down_are_no_circle() {
        assert_eq!(check(&arrows(&[("a", "b"), ("a", "c"), ("b", "c")])), []);
    }
}
