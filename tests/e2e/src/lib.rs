//! Drives the real window: `WebKitWebDriver` starts the app, and a test does what a person would.
//!
//! `WebKitWebDriver` is spoken to directly; what a driver for Tauri adds on Linux is only the two
//! environment variables and the capability below.

#![expect(clippy::expect_used, reason = "a test says what it relied on")]

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use fantoccini::{
    Client, ClientBuilder, Locator,
    actions::{InputSource as _, MOUSE_BUTTON_LEFT, MouseActions, PointerAction},
    elements::Element,
    key::Key,
};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;

/// Where GTK's keyfile of settings is, in a configuration folder; and that its file chooser begins in a folder:
/// among the files used last it takes no typed folder.
const SETTINGS: &str = "glib-2.0/settings";
const CHOOSER: &str = "[org/gtk/settings/file-chooser]\nstartup-mode='cwd'\n";

/// How long anything may take before the test says what it was waiting for.
const PATIENCE: Duration = Duration::from_mins(2);

#[derive(Debug)]
struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        // The test is over either way; a driver that is gone already is what we want.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The app in its own home folder, with a browser's view of its window.
#[derive(Debug)]
pub struct App {
    client: Client,
    home: PathBuf,
    _driver: Driver,
}

/// # Panics
/// When the variable is missing: a test without the app must fail, not pass.
fn variable(name: &str) -> PathBuf {
    let value = std::env::var_os(name);
    value
        .unwrap_or_else(|| panic!("{name} is not set: run `cargo xtask test`"))
        .into()
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener
        .local_addr()
        .expect("a bound socket has an address")
        .port()
}

/// What `xdotool` prints; it fails where it finds no window.
fn xdotool(arguments: &[&str]) -> String {
    let output = Command::new("xdotool").args(arguments).output();
    let output = output.expect("xdotool (Debian: xdotool)");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

impl App {
    /// Starts the app with `home` as its data folder.
    ///
    /// # Panics
    /// When the driver or the window does not come up.
    pub async fn start(home: &Path) -> Self {
        Self::start_with(home, &[]).await
    }

    /// Starts the app with arguments.
    ///
    /// # Panics
    /// As [`App::start`].
    pub async fn start_with(home: &Path, arguments: &[&str]) -> Self {
        let port = free_port();
        let configuration = home.join("configuration");
        let settings = configuration.join(SETTINGS);
        std::fs::create_dir_all(&settings).expect("a folder for settings");
        std::fs::write(settings.join("keyfile"), CHOOSER).expect("settings of the file chooser");
        let child = Command::new("WebKitWebDriver")
            .args(["--host=127.0.0.1", &format!("--port={port}")])
            .env("TAURI_AUTOMATION", "true")
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("QUARTET_HOME", home)
            .env("LANG", "C.UTF-8")
            .env("GSETTINGS_BACKEND", "keyfile")
            .env("XDG_CONFIG_HOME", configuration)
            .stdout(Stdio::null())
            .spawn()
            .expect("WebKitWebDriver (Debian: webkit2gtk-driver)");
        let driver = Driver(child);
        let address = ("127.0.0.1", port);
        let started = Instant::now();
        while std::net::TcpStream::connect(address).is_err() {
            assert!(started.elapsed() < PATIENCE, "the driver does not listen");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let binary = variable("QUARTET_APP");
        let mut capabilities = serde_json::Map::new();
        let options = json!({ "binary": binary, "args": arguments });
        capabilities.insert("webkitgtk:browserOptions".to_owned(), options);
        // The driver is on this machine: no TLS, and no C library for it to build.
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("the app starts under the driver");
        Self {
            client,
            home: home.to_owned(),
            _driver: driver,
        }
    }

    pub fn home(&self) -> &Path {
        &self.home
    }

    /// The element with this `data-testid`, once it is there.
    ///
    /// # Panics
    /// When it does not come.
    pub async fn find(&self, id: &str) -> Element {
        let css = format!("[data-testid='{id}']");
        let wait = self.client.wait().at_most(PATIENCE);
        let found = wait.for_element(Locator::Css(&css)).await;
        found.unwrap_or_else(|error| panic!("waiting for {id}: {error}"))
    }

    /// How many elements have this `data-testid` now.
    pub async fn count(&self, id: &str) -> usize {
        let css = format!("[data-testid='{id}']");
        self.client
            .find_all(Locator::Css(&css))
            .await
            .map_or(0, |all| all.len())
    }

    /// The text of an element now; empty when it is not there.
    pub async fn text(&self, id: &str) -> String {
        let css = format!("[data-testid='{id}']");
        match self.client.find(Locator::Css(&css)).await {
            Ok(element) => element.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        }
    }

    /// Waits until `check` holds for the text of an element and returns it.
    ///
    /// # Panics
    /// When it does not come to hold.
    pub async fn text_that(&self, id: &str, check: impl Fn(&str) -> bool) -> String {
        let started = Instant::now();
        loop {
            let text = self.text(id).await;
            if check(&text) {
                return text;
            }
            assert!(
                started.elapsed() < PATIENCE,
                "waiting on {id}, which says {text:?}"
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// An attribute of an element now; empty when either is not there.
    pub async fn attribute(&self, id: &str, name: &str) -> String {
        let css = format!("[data-testid='{id}']");
        match self.client.find(Locator::Css(&css)).await {
            Ok(element) => element.attr(name).await.ok().flatten().unwrap_or_default(),
            Err(_) => String::new(),
        }
    }

    /// Waits until an attribute has one of these values and returns it.
    ///
    /// # Panics
    /// When it does not come to.
    pub async fn attribute_in(&self, id: &str, name: &str, values: &[&str]) -> String {
        let started = Instant::now();
        loop {
            let value = self.attribute(id, name).await;
            if values.contains(&value.as_str()) {
                return value;
            }
            assert!(
                started.elapsed() < PATIENCE,
                "waiting on {id}, whose {name} is {value:?}"
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// # Panics
    /// When there is nothing to click.
    pub async fn click(&self, id: &str) {
        let element = self.find(id).await;
        element
            .click()
            .await
            .unwrap_or_else(|error| panic!("clicking {id}: {error}"));
    }

    /// Opens a list or a menu and takes one of it, both by their `data-testid`.
    ///
    /// # Panics
    /// When either is not there.
    pub async fn choose(&self, list: &str, item: &str) {
        self.click(list).await;
        self.click(item).await;
    }

    /// Clicks the first element that a selector finds.
    ///
    /// # Panics
    /// When there is none.
    pub async fn click_css(&self, css: &str) {
        let found = self
            .client
            .wait()
            .at_most(PATIENCE)
            .for_element(Locator::Css(css))
            .await;
        let element = found.unwrap_or_else(|error| panic!("waiting for {css}: {error}"));
        element
            .click()
            .await
            .unwrap_or_else(|error| panic!("clicking {css}: {error}"));
    }

    /// # Panics
    /// When there is nothing to type into.
    pub async fn type_into(&self, id: &str, text: &str) {
        let element = self.find(id).await;
        let sent = element.send_keys(text).await;
        sent.unwrap_or_else(|error| panic!("typing into {id}: {error}"));
    }

    /// Presses keys together in an element: `[Control, Enter]`.
    ///
    /// # Panics
    /// When the driver refuses.
    pub async fn press(&self, id: &str, keys: &[Key]) {
        let chord: String = keys.iter().map(|key| char::from(*key)).collect();
        self.type_into(id, &chord).await;
    }

    /// Runs a script in the page and returns what it returns.
    ///
    /// # Panics
    /// When the script throws.
    pub async fn evaluate(&self, script: &str) -> serde_json::Value {
        let result = self.client.execute(script, Vec::new()).await;
        result.unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// Drops a file on the window, as a hand with a mouse would.
    ///
    /// # Panics
    /// When the script throws.
    pub async fn drop_file(&self, name: &str, bytes: &[u8]) {
        let script = "const file = new File([new Uint8Array(arguments[1])], arguments[0]);
            const event = new Event('drop', { cancelable: true });
            window.dispatchEvent(Object.assign(event, { dataTransfer: { types: ['Files'], files: [file] } }));";
        let dropped = self
            .client
            .execute(script, vec![name.into(), bytes.into()])
            .await;
        dropped.unwrap_or_else(|error| panic!("dropping {name}: {error}"));
    }

    /// Types a path into the system's dialog with this title, which is open or about to be, and confirms it.
    /// The driver sees the page alone: the keys are the display's own.
    ///
    /// # Panics
    /// When the dialog does not come or does not go, and where there is no `xdotool`.
    pub async fn answer_dialog(&self, title: &str, path: &Path) {
        let path = path.to_str().expect("a path that can be typed");
        let window = Self::dialog(title, true).await;
        // Without a window manager nothing gives a new window the keys.
        xdotool(&["windowfocus", "--sync", &window]);
        xdotool(&["key", "ctrl+l"]);
        tokio::time::sleep(Duration::from_millis(300)).await;
        xdotool(&["key", "ctrl+a"]);
        xdotool(&["type", "--delay", "5", path]);
        tokio::time::sleep(Duration::from_millis(500)).await;
        // The chooser goes on with what it thinks is meant, which is selected.
        xdotool(&["key", "Delete", "Return"]);
        Self::dialog(title, false).await;
    }

    /// Presses keys, as the display names them, in another window of the app, which is there or about to be. The
    /// driver sees the first one alone.
    ///
    /// # Panics
    /// When the window does not come, and where there is no `xdotool`.
    pub async fn press_in_window(&self, title: &str, keys: &[&str]) {
        let window = Self::dialog(title, true).await;
        xdotool(&["windowfocus", "--sync", &window]);
        xdotool(&[&["key"], keys].concat());
    }

    /// Waits until the dialog is there, or is not; its window's number.
    async fn dialog(title: &str, is_there: bool) -> String {
        let title = format!("^{title}$");
        let started = Instant::now();
        loop {
            let found = xdotool(&["search", "--onlyvisible", "--name", &title]);
            let window = found.lines().last().unwrap_or_default().to_owned();
            if window.is_empty() != is_there {
                return window;
            }
            let wanted = if is_there { "to come" } else { "to go" };
            let waited = started.elapsed();
            assert!(waited < PATIENCE, "waiting for the dialog {title} {wanted}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Drags one element onto another with the mouse.
    ///
    /// # Panics
    /// When either is not there.
    pub async fn drag(&self, from: &str, to: &str) {
        let over = |element: Element| PointerAction::MoveToElement {
            element,
            duration: Some(Duration::from_millis(150)),
            x: 0.0,
            y: 0.0,
        };
        let button = MOUSE_BUTTON_LEFT;
        let (from_element, to_element) = (self.find(from).await, self.find(to).await);
        let moves = MouseActions::new("mouse".to_owned())
            .then(over(from_element))
            .then(PointerAction::Down { button })
            .then(over(to_element))
            .then(PointerAction::Up { button });
        let dragged = self.client.perform_actions(moves).await;
        dragged.unwrap_or_else(|error| panic!("dragging {from} onto {to}: {error}"));
    }

    /// Saves what the window shows, for people to look at after a failure.
    pub async fn screenshot(&self, path: &Path) {
        if let Ok(png) = self.client.screenshot().await {
            // A picture that cannot be written must not hide why the test failed.
            let _ = std::fs::write(path, png);
        }
    }

    /// Gives the window another size, in pixels.
    ///
    /// # Panics
    /// When the driver refuses.
    pub async fn resize(&self, width: u32, height: u32) {
        let resized = self.client.set_window_rect(0, 0, width, height).await;
        resized.unwrap_or_else(|error| panic!("resizing to {width}x{height}: {error}"));
    }

    /// Closes the window.
    pub async fn close(self) {
        // The driver is killed next, whether or not the window went in peace.
        let _ = self.client.close().await;
    }
}
