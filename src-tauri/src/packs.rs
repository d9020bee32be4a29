//! Class packs, as the window asks for them: what a stick holds, using it, installing it, making one.

use std::{
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use quartet_pack::{
    Checked, CheckedItem, ClassPackProgress, InstallInto, InstallOrder, Installed, InstalledItem,
    LeftOutItem, MadePack, ModelChoice, PackContents, PackItem, PackOrder, Places, Stick, Used,
    UsedModel,
};
use quartet_studio::{Cancel, Failure, Paths, PortableData, Result};
use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::{AppHandle, Manager as _, State, ipc::Channel};
use tauri_plugin_dialog::DialogExt as _;

use crate::{
    commands::{answered, off_thread, to_read},
    current::Shared,
    granted::{Chosen, Destination, Granted},
};

/// What a pack's folder is called where it is made.
const NAME: &str = "quartet-class-pack";
/// Packs of that name in one folder.
const MOST_NAMES: u32 = 100;

/// What stops the pack that is being read or written, and where the app itself runs from.
#[derive(Debug, Default)]
pub struct Going {
    cancel: Mutex<Cancel>,
    /// The pack that the app lies in.
    own: Option<PathBuf>,
}

impl Going {
    /// Of an app that lies in this pack, if it lies in one.
    pub fn in_pack(own: Option<PathBuf>) -> Self {
        Self {
            own,
            ..Self::default()
        }
    }

    /// Stops the one that is going on, and gives what stops the next.
    fn replace(&self) -> Cancel {
        let mut going = self.cancel.lock().unwrap_or_else(PoisonError::into_inner);
        going.raise();
        *going = Cancel::new();
        going.clone()
    }
}

/// What happens while a pack is read or written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum ClassPackEvent {
    Progress { progress: ClassPackProgress },
    Checked { checked: CheckedItem },
    Installed { installed: InstalledItem },
    Used { used: UsedModel },
}

/// What is to be in a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ClassPackOrder {
    /// Ids of models.
    pub models: Vec<String>,
    /// The lessons and decks of the data folder.
    pub own: bool,
    /// This app.
    pub portable: bool,
    /// It keeps what it makes on the stick.
    pub keeps: bool,
}

/// What would be in a pack.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ClassPackPlan {
    pub items: Vec<PackItem>,
    pub bytes: u64,
    pub left_out: Vec<LeftOutItem>,
}

/// What was done with a pack, and what in one sentence was wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ClassPackInstalled {
    pub installed: Installed,
    pub failure: Option<Failure>,
}

fn order(asked: ClassPackOrder, packages: Vec<PathBuf>) -> PackOrder {
    let data = if asked.keeps {
        PortableData::Beside
    } else {
        PortableData::Nowhere
    };
    PackOrder {
        models: ModelChoice::Ids(asked.models),
        lessons: Vec::new(),
        own: asked.own,
        packages,
        apps: Vec::new(),
        portable: asked.portable.then_some(data),
    }
}

/// Sends events; a window that was closed wants to know no more.
fn send(events: &Channel<ClassPackEvent>, cancel: &Cancel, event: ClassPackEvent) {
    if events.send(event).is_err() {
        cancel.raise();
    }
}

/// The pack that the app runs from, which may then be read.
#[tauri::command]
#[specta::specta]
pub async fn own_class_pack(
    app: AppHandle,
    studio: Shared<'_>,
    going: State<'_, Going>,
) -> Result<Option<PackContents>> {
    let Some(folder) = going.own.clone() else {
        return Ok(None);
    };
    app.state::<Granted>().to_read([folder.clone()]);
    off_thread(&studio, move |_| quartet_pack::contents(&folder).map(Some)).await
}

/// What the pack in a folder holds, from its list.
#[tauri::command]
#[specta::specta]
pub async fn open_class_pack(studio: Shared<'_>, folder: Chosen<PathBuf>) -> Result<PackContents> {
    off_thread(&studio, move |_| quartet_pack::contents(&folder)).await
}

/// Reads every file of a pack.
#[tauri::command]
#[specta::specta]
pub async fn verify_class_pack(
    studio: Shared<'_>,
    going: State<'_, Going>,
    folder: Chosen<PathBuf>,
    events: Channel<ClassPackEvent>,
) -> Result<Checked> {
    let cancel = going.replace();
    off_thread(&studio, move |_| {
        quartet_pack::verify(
            &folder,
            &cancel,
            &mut |progress| send(&events, &cancel, ClassPackEvent::Progress { progress }),
            &mut |checked| {
                let checked = checked.clone();
                send(&events, &cancel, ClassPackEvent::Checked { checked });
            },
        )
    })
    .await
}

/// Reads the models of a pack, and lists those that are whole until the app is closed.
#[tauri::command]
#[specta::specta]
pub async fn use_class_pack(
    studio: Shared<'_>,
    going: State<'_, Going>,
    folder: Chosen<PathBuf>,
    events: Channel<ClassPackEvent>,
) -> Result<Used> {
    let cancel = going.replace();
    off_thread(&studio, move |studio| {
        quartet_pack::use_now(
            studio,
            &Stick::open(&folder)?,
            &cancel,
            &mut |progress| send(&events, &cancel, ClassPackEvent::Progress { progress }),
            &mut |used| {
                let used = used.clone();
                send(&events, &cancel, ClassPackEvent::Used { used });
            },
        )
    })
    .await
}

/// Installs a pack for whoever runs the app.
#[tauri::command]
#[specta::specta]
pub async fn install_class_pack(
    studio: Shared<'_>,
    going: State<'_, Going>,
    folder: Chosen<PathBuf>,
    events: Channel<ClassPackEvent>,
) -> Result<ClassPackInstalled> {
    let cancel = going.replace();
    off_thread(&studio, move |_| {
        let order = InstallOrder {
            into: InstallInto::Person {
                home: Paths::installed_home()?,
                places: Some(Places::own()?),
            },
            only: Vec::new(),
        };
        let installed = quartet_pack::install(
            &Stick::open(&folder)?,
            &order,
            &cancel,
            &mut |progress| send(&events, &cancel, ClassPackEvent::Progress { progress }),
            &mut |installed| {
                let installed = installed.clone();
                send(&events, &cancel, ClassPackEvent::Installed { installed });
            },
        )?;
        Ok(ClassPackInstalled {
            failure: installed.failure(),
            installed,
        })
    })
    .await
}

/// What would be in a pack, and how large it would be.
#[tauri::command]
#[specta::specta]
pub async fn plan_class_pack(
    studio: Shared<'_>,
    order: ClassPackOrder,
    packages: Chosen<Vec<PathBuf>>,
) -> Result<ClassPackPlan> {
    off_thread(&studio, move |studio| {
        let plan = quartet_pack::plan(studio, &self::order(order, packages.0))?;
        Ok(ClassPackPlan {
            items: plan.items().cloned().collect(),
            bytes: plan.bytes(),
            left_out: plan.left_out,
        })
    })
    .await
}

/// Writes a pack.
#[tauri::command]
#[specta::specta]
pub async fn make_class_pack(
    studio: Shared<'_>,
    going: State<'_, Going>,
    order: ClassPackOrder,
    packages: Chosen<Vec<PathBuf>>,
    path: Destination,
    events: Channel<ClassPackEvent>,
) -> Result<MadePack> {
    let cancel = going.replace();
    off_thread(&studio, move |studio| {
        let plan = quartet_pack::plan(studio, &self::order(order, packages.0))?;
        quartet_pack::make(plan, &path.0, &cancel, &mut |progress| {
            send(&events, &cancel, ClassPackEvent::Progress { progress });
        })
    })
    .await
}

#[tauri::command]
#[specta::specta]
pub async fn stop_class_pack(going: State<'_, Going>) -> Result<()> {
    going.replace();
    Ok(())
}

/// The system's chooser of the folder that a pack is made in; gives the pack's own folder in it, a new one.
#[tauri::command]
#[specta::specta]
pub async fn choose_class_pack_place(app: AppHandle) -> Result<Option<String>> {
    let chosen = answered(|answer| app.dialog().file().pick_folder(answer)).await;
    let Some(folder) = chosen.and_then(|chosen| chosen.into_path().ok()) else {
        return Ok(None);
    };
    let names = (1..MOST_NAMES).map(|number| match number {
        1 => NAME.to_owned(),
        number => format!("{NAME}-{number}"),
    });
    let mut paths = names.map(|name| folder.join(name));
    let free = paths.find(|path| !path.exists());
    let path = free.unwrap_or_else(|| folder.join(NAME));
    app.state::<Granted>().to_write(&path);
    Ok(Some(path.display().to_string()))
}

/// The system's chooser of installers to put into a pack; none chosen is an empty list.
#[tauri::command]
#[specta::specta]
pub async fn choose_installers(app: AppHandle) -> Result<Vec<String>> {
    const ENDINGS: &[&str] = &["deb", "rpm", "AppImage", "exe", "msi", "dmg"];
    let dialog = app.dialog().file();
    let dialog = dialog.add_filter("deb, rpm, AppImage, exe, msi, dmg", ENDINGS);
    let chosen = answered(|answer| dialog.pick_files(answer)).await;
    Ok(to_read(&app, chosen.unwrap_or_default()))
}
