//! The windows: the studio's own, and the presenter's notes. Each shows its own page and nothing else.
//!
//! The page's content policy keeps it from loading anything from outside; what it does not rule is where
//! the window itself goes. A page that was led astray could carry words out in an address.

use std::error::Error;

use quartet_studio::Settings;
use tauri::{
    App, AppHandle, Manager, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent,
    Wry, utils::config::WindowConfig, webview::NewWindowResponse,
};

/// What the studio's window goes by.
pub const MAIN: &str = "main";
/// What the presenter's notes go by.
pub const NOTES: &str = "notes";

/// The discard port of this machine (RFC 863).
#[cfg(target_os = "linux")]
const NOWHERE: &str = "http://127.0.0.1:9";

/// The window of a kiosk. No capability names it: what Tauri's own commands do, such as leaving the full screen,
/// is refused there.
const KIOSK: &str = "kiosk";

/// Opens the window that the configuration describes, in the look that was chosen.
///
/// # Errors
/// When the configuration names none, or the system shows none.
pub fn open(app: &App, settings: &Settings) -> Result<(), Box<dyn Error>> {
    let config = app.config().app.windows.first();
    let config = config.ok_or("no window is configured")?;
    build(app, config, told_first(settings)?)?;
    Ok(())
}

/// Opens it as a kiosk: over the whole screen, without a frame, and not to be closed.
///
/// # Errors
/// As [`open`].
pub fn open_kiosk(app: &App, settings: &Settings) -> Result<(), Box<dyn Error>> {
    let config = app.config().app.windows.first();
    let mut config = config.ok_or("no window is configured")?.clone();
    KIOSK.clone_into(&mut config.label);
    config.decorations = false;
    config.always_on_top = true;
    config.closable = false;
    config.minimizable = false;
    let told = format!("{}window.quartetKiosk = true;", told_first(settings)?);
    let window = build(app, &config, told)?;
    // Without a window manager nobody makes it as large as the screen.
    if let Some(screen) = window.current_monitor()? {
        window.set_position(*screen.position())?;
        window.set_size(*screen.size())?;
    }
    window.set_fullscreen(true)?;
    window.on_window_event(|event| {
        if let WindowEvent::CloseRequested { api, .. } = event {
            api.prevent_close();
        }
    });
    Ok(())
}

/// The window of a kiosk.
pub fn of(app: &AppHandle) -> Option<WebviewWindow> {
    app.get_webview_window(KIOSK)
}

fn build(app: &App, window: &WindowConfig, told: String) -> Result<WebviewWindow, Box<dyn Error>> {
    let builder = WebviewWindowBuilder::from_config(app, window)?;
    Ok(kept_in(builder, app, told)?.build()?)
}

/// Opens the window of the presenter's notes.
///
/// # Errors
/// When the system shows none.
pub fn open_notes(
    app: &AppHandle,
    settings: &Settings,
    title: &str,
) -> Result<WebviewWindow, Box<dyn Error>> {
    let page = WebviewUrl::App("notes.html".into());
    let builder = WebviewWindowBuilder::new(app, NOTES, page)
        .title(title)
        .inner_size(1180.0, 760.0)
        .min_inner_size(640.0, 480.0)
        .disable_drag_drop_handler();
    Ok(kept_in(builder, app, told_first(settings)?)?.build()?)
}

/// What holds for every window: it begins with what it is `told`, a script, and goes nowhere but to its own page.
fn kept_in<'a, M: Manager<Wry>>(
    builder: WebviewWindowBuilder<'a, Wry, M>,
    app: &M,
    told: String,
) -> Result<WebviewWindowBuilder<'a, Wry, M>, Box<dyn Error>> {
    // The development server is asked only by a program that was built to.
    let server = app.config().build.dev_url.clone();
    let server = server.filter(|_| tauri::is_dev());
    // WebKit connects ahead to where a clicked link leads, though it is then not followed: a host's name
    // alone can say something. Behind a proxy that is not there it looks up no name and connects nowhere.
    #[cfg(target_os = "linux")]
    let builder = if server.is_none() {
        builder.proxy_url(NOWHERE.parse()?)
    } else {
        builder
    };
    Ok(builder
        .initialization_script(told)
        .on_navigation(move |address| is_own(address, server.as_ref()))
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false))
}

/// The settings before the page asks for them: its first picture has the theme, the language and the size
/// of words that were chosen. JSON is a JavaScript expression.
fn told_first(settings: &Settings) -> serde_json::Result<String> {
    let settings = serde_json::to_string(settings)?;
    Ok(format!("window.quartetSettings = {settings};"))
}

/// Whether an address is the page's own, whatever part of it.
fn is_own(address: &Url, server: Option<&Url>) -> bool {
    let (scheme, host) = if cfg!(windows) {
        ("http", "tauri.localhost")
    } else {
        ("tauri", "localhost")
    };
    let own = address.scheme() == scheme
        && address.host_str() == Some(host)
        && address.port().is_none()
        && address.username().is_empty()
        && address.password().is_none();
    let is_server =
        |server: &Url| server.origin().is_tuple() && server.origin() == address.origin();
    own || server.is_some_and(is_server)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(address: &str, server: Option<&str>) -> bool {
        let server = server.map(|server| server.parse().unwrap());
        is_own(&address.parse().unwrap(), server.as_ref())
    }

    #[test]
    fn the_page_begins_with_the_settings() {
        let settings = Settings {
            text_scale: 150,
            ..Settings::default()
        };
        let script = told_first(&settings).unwrap();
        assert!(script.starts_with("window.quartetSettings = {\"language\":null,"));
        assert!(script.contains("\"textScale\":150") && script.ends_with("};"));
    }

    #[cfg(not(windows))]
    #[test]
    fn the_window_goes_nowhere_but_to_its_own_page() {
        for address in ["tauri://localhost", "tauri://localhost/index.html#x"] {
            assert!(own(address, None), "{address}");
        }
        for address in [
            "http://127.0.0.1:8000/?words",
            "https://example.org",
            "http://localhost:5173",
            "http://tauri.localhost",
            "tauri://localhost.example.org/",
            "tauri://example.org/",
            "tauri://localhost:8000/",
            "tauri://words@localhost/",
            "file:///etc/passwd",
            "data:text/html,<p>",
            "blob:tauri://localhost/1-2",
            "about:blank",
            "javascript:0",
            "mailto:a@example.org",
        ] {
            assert!(!own(address, None), "{address}");
        }
    }

    #[test]
    fn the_development_server_is_its_page_where_there_is_one() {
        let server = Some("http://localhost:5173");
        assert!(own("http://localhost:5173/src/main.ts", server));
        assert!(!own("http://localhost:5174/", server));
        assert!(!own("https://localhost:5173/", server));
    }
}
