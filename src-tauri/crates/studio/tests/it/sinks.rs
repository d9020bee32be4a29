//! Listeners that panic, that block and that look back at the studio: each spoils its own job alone.

use std::{
    ops::ControlFlow,
    sync::{
        Arc,
        mpsc::{self, Receiver, Sender},
    },
    thread,
    time::Duration,
};

use quartet_studio::{EventOf, JobEvent, Keep, Sink, Studio, TextJob};

use crate::support::{
    add_model, failure_of, is_cancelled, made, run, start, studio, text, wait_for,
};

type Event = EventOf<TextJob>;
type Moment = fn(&Event) -> bool;

fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    add_model(home.path(), "fake", 10);
    home
}

/// Gives up on what hangs.
fn in_time<T: Send + 'static>(what: impl FnOnce() -> T + Send + 'static) -> T {
    let (send, receive) = mpsc::channel();
    thread::spawn(move || send.send(what()));
    receive.recv_timeout(Duration::from_secs(20)).unwrap()
}

/// Questions are answered and jobs are done, as if nothing had been.
fn goes_on(studio: &Arc<Studio>) {
    let studio = Arc::clone(studio);
    in_time(move || {
        let pieces = studio.jobs().tokenize("fake", "a b".to_owned());
        assert_eq!(pieces.unwrap().len(), 2);
        assert!(matches!(run(&studio, "after", 1), JobEvent::Done { .. }));
    });
}

/// Passes every event on, and then panics at some.
fn panics_at(is: impl Fn(&Event) -> bool + Send + 'static) -> (Sink<Event>, Receiver<Event>) {
    let (told, events) = mpsc::channel();
    let sink = move |event: Event| {
        told.send(event.clone()).unwrap();
        assert!(!is(&event), "as asked");
        ControlFlow::Continue(())
    };
    (Box::new(sink), events)
}

/// Passes every event on, and blocks at some until the last end is dropped.
fn blocks_at(is: Moment) -> (Sink<Event>, Receiver<Event>, Sender<()>) {
    let (told, events) = mpsc::channel();
    let (go, wait) = mpsc::channel();
    let sink = move |event: Event| {
        let blocks = is(&event);
        told.send(event).unwrap();
        if blocks {
            let _ = wait.recv();
        }
        ControlFlow::Continue(())
    };
    (Box::new(sink), events, go)
}

fn is_queued(event: &Event) -> bool {
    matches!(event, JobEvent::Queued { .. })
}

fn is_progress(event: &Event) -> bool {
    matches!(event, JobEvent::Progress { .. })
}

#[test]
fn a_listener_that_panics_while_its_job_runs_spoils_that_job_alone() {
    let cases: [(&str, Moment); 4] = [
        ("x", |event| matches!(event, JobEvent::Loading { .. })),
        ("x", is_progress),
        ("x", |event| matches!(event, JobEvent::Done { .. })),
        ("broken", |event| matches!(event, JobEvent::Failed { .. })),
    ];
    for (prompt, is) in cases {
        let home = home();
        let studio = Arc::new(studio(home.path()));
        let (sink, events) = panics_at(is);
        let jobs = studio.jobs();
        jobs.start(text(prompt, 3), Keep::Library, sink).unwrap();
        goes_on(&studio);
        let events: Vec<_> = events.iter().collect();
        assert!(events.iter().any(is), "{events:?}");
        failure_of(&events);
    }
}

#[test]
fn a_listener_that_panics_while_its_job_waits_stops_that_job_alone() {
    let home = home();
    let studio = Arc::new(studio(home.path()));
    let (running, first) = start(&studio, text("slow", 10_000), Keep::Library).unwrap();
    wait_for(&first, |_| true);
    let queue = |sink| studio.jobs().start(text("x", 1), Keep::Library, sink);
    // Told by the thread that starts it, and by the worker.
    let (sink, at_once) = panics_at(is_queued);
    queue(sink).unwrap();
    let (sink, later) = panics_at(|event| *event == JobEvent::Queued { ahead: 1 });
    queue(sink).unwrap();
    let (_, last) = start(&studio, text("x", 1), Keep::Library).unwrap();
    studio.jobs().cancel(running.id);
    goes_on(&studio);
    for (events, places) in [(at_once, &[1][..]), (later, &[2, 1])] {
        let events: Vec<_> = events.iter().collect();
        let told: Vec<_> = events.iter().filter(|event| is_queued(event)).collect();
        let places: Vec<_> = places
            .iter()
            .map(|&ahead| JobEvent::Queued { ahead })
            .collect();
        assert_eq!(told, places.iter().collect::<Vec<_>>());
        assert!(failure_of(&events).is_cancelled());
    }
    made(&last.iter().collect::<Vec<_>>());
    assert_eq!(studio.vitals().jobs, 0);
}

#[test]
fn a_listener_may_look_at_the_studio() {
    let home = home();
    let studio = Arc::new(studio(home.path()));
    let looking = || {
        let (told, events) = mpsc::channel();
        let weak = Arc::downgrade(&studio);
        let sink = move |event: Event| {
            let jobs = weak.upgrade().map(|studio| studio.vitals().jobs);
            told.send((event, jobs)).unwrap();
            ControlFlow::Continue(())
        };
        (Box::new(sink) as Sink<Event>, events)
    };
    let queue = |prompt, words, sink| {
        let studio = Arc::clone(&studio);
        let order = text(prompt, words);
        in_time(move || studio.jobs().start(order, Keep::Library, sink).unwrap().id)
    };
    let (sink, first) = looking();
    let running = queue("slow", 10_000, sink);
    while !is_progress(&first.recv().unwrap().0) {}
    let (sink, second) = looking();
    queue("x", 1, sink);
    assert_eq!(
        second.recv().unwrap(),
        (JobEvent::Queued { ahead: 1 }, Some(2))
    );
    let (sink, third) = looking();
    let waiting = queue("x", 1, sink);
    assert_eq!(
        third.recv().unwrap(),
        (JobEvent::Queued { ahead: 2 }, Some(3))
    );
    studio.jobs().cancel(waiting);
    studio.jobs().cancel(running);
    goes_on(&studio);
    let last = |events: Receiver<(Event, Option<u32>)>| events.iter().last().unwrap().0;
    assert!(failure_of(&[last(third)]).is_cancelled());
    assert!(failure_of(&[last(first)]).is_cancelled());
    made(&[last(second)]);
}

#[test]
fn a_listener_that_blocks_its_running_job_blocks_nobody_else() {
    let home = home();
    let studio = Arc::new(studio(home.path()));
    let (sink, events, go) = blocks_at(is_progress);
    let slow = text("slow", 10_000);
    let job = studio.jobs().start(slow, Keep::Library, sink).unwrap();
    while !is_progress(&events.recv().unwrap()) {}
    let others = Arc::clone(&studio);
    in_time(move || {
        let (other, told) = start(&others, text("x", 1), Keep::Library).unwrap();
        assert_eq!(told.recv().unwrap(), JobEvent::Queued { ahead: 1 });
        assert_eq!(others.vitals().jobs, 2);
        others.jobs().cancel(other.id);
        assert!(is_cancelled(&told));
        others.jobs().cancel(job.id);
    });
    drop(go);
    assert!(is_cancelled(&events));
    goes_on(&studio);
}

#[test]
fn a_listener_that_blocks_its_waiting_job_blocks_nobody_else() {
    let home = home();
    let studio = Arc::new(studio(home.path()));
    let (running, first) = start(&studio, text("slow", 10_000), Keep::Library).unwrap();
    wait_for(&first, |_| true);
    let (sink, events, go) = blocks_at(is_queued);
    let starting = thread::spawn({
        let studio = Arc::clone(&studio);
        move || studio.jobs().start(text("x", 1), Keep::Library, sink)
    });
    assert_eq!(events.recv().unwrap(), JobEvent::Queued { ahead: 1 });
    let others = Arc::clone(&studio);
    let last = in_time(move || {
        let (_, last) = start(&others, text("x", 1), Keep::Library).unwrap();
        assert_eq!(last.recv().unwrap(), JobEvent::Queued { ahead: 2 });
        assert_eq!(others.vitals().jobs, 3);
        others.jobs().cancel(running.id);
        assert!(is_cancelled(&first));
        last
    });
    drop(go);
    starting.join().unwrap().unwrap();
    for events in [events, last] {
        made(&events.iter().collect::<Vec<_>>());
    }
    goes_on(&studio);
}
