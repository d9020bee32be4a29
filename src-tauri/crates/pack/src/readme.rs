//! What somebody reads first who opens a stick, in both languages.

use std::fmt::Write as _;

use crate::{manifest::PackKind, planned::PlannedItem};

const TITLES: [(PackKind, &str, &str); 5] = [
    (PackKind::Model, "Models", "模型"),
    (PackKind::Lesson, "Lessons", "课程"),
    (PackKind::Deck, "Decks", "演示"),
    (PackKind::App, "Portable app", "便携版应用"),
    (PackKind::Package, "Installers", "安装包"),
];

/// Of a pack with these things in it.
pub(crate) fn text(items: &[PlannedItem]) -> String {
    let has = |kind| items.iter().any(|one| one.item.kind == kind);
    let mut text = String::from(
        "QUARTET CLASS PACK\n==================\n\n\
         Everything to teach with Quartet, offline: text, pictures, sound and film made by real models on your own\n\
         computer. Nothing is sent anywhere.\n\n",
    );
    if has(PackKind::App) {
        text.push_str(
            "START WITHOUT INSTALLING\n\
             Windows: START-WINDOWS.cmd    macOS: START-MACOS.command    Linux: in a terminal, sh START-LINUX.sh\n\n",
        );
    }
    text.push_str(
        "INSTALL (no administrator needed)\n\
         In Quartet: Start, Class pack, choose this folder, \"Install for me\".\n\
         In a terminal: quartet pack install FOLDER     Check only: quartet pack verify FOLDER\n",
    );
    if has(PackKind::Package) {
        text.push_str("Or install one of the packages in the folder packages first.\n");
    }
    text.push_str(
        "\nEvery file is listed in pack.toml with its size and SHA-256; a file that was changed is named and not used.\n\
         Licences: the folder licences, and the licence in each model's folder.\n\nWHAT IS IN IT\n",
    );
    list(&mut text, items, false);
    text.push_str(
        "\n\nQUARTET 课堂包\n==============\n\n\
         离线使用 Quartet 上课所需的一切：由真实模型在自己的电脑上生成文字、图片、声音和视频，任何数据都不会外传。\n\n",
    );
    if has(PackKind::App) {
        text.push_str(
            "无需安装，直接启动\n\
             Windows：START-WINDOWS.cmd    macOS：START-MACOS.command    Linux：在终端中运行 sh START-LINUX.sh\n\n",
        );
    }
    text.push_str(
        "安装（不需要管理员权限）\n\
         在 Quartet 中：开始 → 课堂包 → 选择这个文件夹 → “为我安装”。\n\
         在终端中：quartet pack install 文件夹     只检查：quartet pack verify 文件夹\n",
    );
    if has(PackKind::Package) {
        text.push_str("也可以先安装 packages 文件夹中的安装包。\n");
    }
    text.push_str(
        "\n每个文件的大小和 SHA-256 都列在 pack.toml 中；被改动过的文件会被指出，并且不会使用。\n\
         许可证：licences 文件夹，以及每个模型文件夹中的许可证。\n\n包含的内容\n",
    );
    list(&mut text, items, true);
    // Notepad of old Windows shows one line otherwise; others do not mind.
    text.replace('\n', "\r\n")
}

fn list(text: &mut String, items: &[PlannedItem], chinese: bool) {
    for (kind, en, zh) in TITLES {
        let mut of_kind = items.iter().filter(|one| one.item.kind == kind).peekable();
        if of_kind.peek().is_none() {
            continue;
        }
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{}", if chinese { zh } else { en });
        for one in of_kind {
            let name = if chinese {
                &one.item.name.zh
            } else {
                &one.item.name.en
            };
            let megabytes = one.item.bytes.div_ceil(1_000_000);
            let _ = writeln!(text, "  - {name} ({megabytes} MB)");
        }
    }
}
