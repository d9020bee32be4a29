//! `quartet decks`: those that there are, and what is wrong with one.

use std::{path::Path, process::ExitCode};

use quartet_lessons::{DECK_FILE, DeckListing, DeckShelf, Folder, check_deck};
use quartet_studio::{Code, Studio};

use crate::{
    arguments::DecksCommand,
    found::{tell, told},
    output::{Result, User, json},
};

pub fn run(studio: &Studio, command: DecksCommand, user: &User) -> Result<ExitCode> {
    match command {
        DecksCommand::List { json } => list(studio, json, user),
        DecksCommand::Check { folder, json } => checked(&folder, json, user),
    }
}

fn list(studio: &Studio, as_json: bool, user: &User) -> Result<ExitCode> {
    let decks = DeckShelf::new(studio.home()).list();
    if as_json {
        json(&decks)?;
    } else {
        decks.iter().try_for_each(|deck| row(deck, user))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// id, items, minutes, title; of a broken one its folder and what is wrong first.
fn row(listing: &DeckListing, user: &User) -> Result<()> {
    let cells = if let Some(deck) = &listing.deck {
        [
            deck.id.clone(),
            deck.items.len().to_string(),
            deck.minutes.to_string(),
            deck.title.of(user.language).to_owned(),
        ]
    } else {
        let problem = listing.problems.first();
        let told = problem.map_or_else(String::new, |problem| told(problem, user));
        [listing.folder.clone(), String::new(), String::new(), told]
    };
    user.row(&cells.each_ref().map(String::as_str), None)
}

fn checked(folder: &Path, as_json: bool, user: &User) -> Result<ExitCode> {
    let folder = Folder::OnDisk(folder.to_owned());
    let (file, findings) = (folder.told(DECK_FILE), check_deck(&folder).findings);
    let found: Vec<_> = findings.iter().map(|one| one.told(&file)).collect();
    tell(&folder.place(), &found, as_json, Code::DeckBroken, user)
}
