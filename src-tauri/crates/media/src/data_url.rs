//! Pictures as `data:` addresses, for a window: shown for a moment, and not kept.

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::{
    Error, Picture, Result,
    labels::{self, Label, Provenance, SourceType},
    still::preview_webp,
};

/// The longest side, in pixels, of what the window is shown of a picture.
const SCREEN: u32 = 1600;
/// The longest side of a film's frame.
const FRAME: u32 = 256;

/// The bytes that a page sent as base64, bare or as a `data:` address.
///
/// # Errors
/// `UnreadablePicture` for what arrived damaged.
pub fn decode(text: &str) -> Result<Vec<u8>> {
    let bare = match text.strip_prefix("data:") {
        Some(address) => address.split_once(',').map_or("", |(_, data)| data),
        None => text,
    };
    let decoded = STANDARD.decode(bare.trim());
    decoded.map_err(|error| Error::UnreadablePicture {
        reason: format!("it arrived damaged: {error}"),
    })
}

/// A picture as a PNG, for pictures of a few thousand pixels; it says of itself no more than that an AI
/// made it.
pub fn labelled(id: &str, model: &str, picture: &Picture) -> String {
    let provenance = Provenance {
        title: None,
        created: String::new(),
        model: model.to_owned(),
        recipe: None,
        source: SourceType::Generated,
    };
    let mut file = Vec::new();
    // Writing to memory cannot fail.
    let _ = labels::picture::write_png(&mut file, id, &provenance, picture);
    address("png", &file)
}

/// A picture as a labelled PNG, scaled down where no screen would show all of it.
pub fn on_screen(model: &str, picture: &Picture) -> String {
    labelled("", model, &picture.within(SCREEN))
}

/// A picture as a labelled JPEG, at most `limit` pixels on a side: for pages that are files of their own.
pub fn jpeg(label: &Label, picture: &Picture, limit: u32) -> String {
    let mut file = Vec::new();
    // Writing to memory cannot fail.
    let Label { id, provenance } = label;
    let _ = labels::picture::write_jpeg(&mut file, id, provenance, &picture.within(limit));
    address("jpeg", &file)
}

/// A person's own picture as a PNG without a label, at most `limit` pixels on a side.
pub fn unlabelled(picture: &Picture, limit: u32) -> String {
    address(
        "png",
        &labels::picture::unlabelled_png(&picture.within(limit)),
    )
}

/// A frame of a film as a small lossy WebP, at most 256 pixels on a side; empty where it cannot be shown,
/// since the film itself is written elsewhere.
pub fn frame(picture: &Picture) -> String {
    address("webp", &preview_webp(&picture.within(FRAME)))
}

fn address(kind: &str, file: &[u8]) -> String {
    encode(&format!("image/{kind}"), file)
}

/// A whole file of this media type.
pub fn encode(media_type: &str, file: &[u8]) -> String {
    format!("data:{media_type};base64,{}", STANDARD.encode(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_arrive_as_base64_with_or_without_an_address() {
        let picture = Picture::new(2, 1, vec![1, 2, 3, 4, 5, 6]).unwrap();
        let address = unlabelled(&picture, 100);
        let (_, bare) = address.split_once(',').unwrap();
        for text in [address.as_str(), bare] {
            let found = Picture::decode(&decode(text).unwrap()).unwrap();
            assert_eq!(found, picture);
        }
        for text in ["data:image/png;base64", "§", "AAA"] {
            let failure = decode(text).map(|bytes| Picture::decode(&bytes));
            assert!(!matches!(failure, Ok(Ok(_))), "{text}");
        }
        // It is a person's own: nothing in it says that an AI made it.
        assert_eq!(
            labels::read(&mut std::io::Cursor::new(decode(bare).unwrap())),
            None
        );
    }

    #[test]
    fn the_window_is_shown_no_more_than_it_can_show() {
        let picture = Picture::new(4000, 1000, vec![7; 12_000_000]).unwrap();
        let shown = picture.within(SCREEN);
        assert_eq!((shown.width(), shown.height()), (1600, 400));
    }
}
