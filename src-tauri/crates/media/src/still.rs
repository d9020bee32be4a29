//! Lossy stills by libwebp.

use std::io;

use crate::Picture;

/// Of frames that are shown for a moment, 0 to 100.
const PREVIEW_QUALITY: f32 = 75.0;

/// A picture as a WebP file that is quickly made, for frames that are looked at and not kept; empty for one
/// that cannot be.
pub fn preview_webp(picture: &Picture) -> Vec<u8> {
    let size = (picture.width(), picture.height());
    webp(picture.rgb(), size, PREVIEW_QUALITY, 0).unwrap_or_default()
}

/// A WebP file of three bytes a pixel. `quality` is 0 to 100, `effort` how hard libwebp tries, 0 to 6.
///
/// # Errors
/// Those of the encoder.
pub(crate) fn webp(rgb: &[u8], size: (u32, u32), quality: f32, effort: i32) -> io::Result<Vec<u8>> {
    let failed = |what: String| io::Error::other(format!("libwebp: {what}"));
    let mut config =
        ::webp::WebPConfig::new().map_err(|()| failed("no configuration".to_owned()))?;
    config.quality = quality;
    config.method = effort;
    let encoder = ::webp::Encoder::from_rgb(rgb, size.0, size.1);
    let still = encoder.encode_advanced(&config);
    Ok(still
        .map_err(|error| failed(format!("{error:?}")))?
        .to_vec())
}
