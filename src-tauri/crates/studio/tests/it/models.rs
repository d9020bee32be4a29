//! The studio's models, asked for by id.

use std::time::Duration;

use quartet_studio::Code;

#[test]
fn a_model_nobody_has_is_reported_at_once() {
    let home = tempfile::tempdir().unwrap();
    let studio = crate::support::studio(home.path());
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || tell.send(studio.models().get("absent").map(|model| model.id)));
    let answer = told
        .recv_timeout(Duration::from_secs(10))
        .expect("it must not wait for itself");
    assert_eq!(answer.unwrap_err().code, Code::ModelUnknown);
}
