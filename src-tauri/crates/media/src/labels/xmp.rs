//! XMP: what it stands behind in each format, and the packet of a picture or film: the `AIGC` label of
//! GB 45438-2025 (annex for pictures), the IPTC digital source type, and Quartet's own account.

use super::label::{AIGC_NAMESPACE, Claim, Provenance, SourceType, aigc_json};

/// What an application extension with XMP begins with in a GIF (XMP specification, part 3).
pub(crate) const GIF_XMP: &[u8] = b"XMP DataXMP";
/// The keyword of XMP in a PNG.
pub(crate) const PNG_XMP: &str = "XML:com.adobe.xmp";
/// What an APP1 segment with XMP begins with in a JPEG.
pub(crate) const JPEG_XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
/// Of the box with XMP in an MP4.
pub(crate) const MP4_XMP: [u8; 16] = [
    0xbe, 0x7a, 0xcf, 0xcb, 0x97, 0xa9, 0x42, 0xe8, 0x9c, 0x71, 0x99, 0x94, 0x91, 0xe3, 0xaf, 0xac,
];

const OWN_NAMESPACE: &str = "https://quartet.invalid/ns/provenance/1.0/";

/// The packet as XML. Values are attributes' texts, escaped.
pub(crate) fn packet(id: &str, provenance: &Provenance) -> String {
    let aigc = escaped(&aigc_json(id));
    let own = serde_json::to_string(provenance).unwrap_or_default();
    let own = escaped(&own);
    let tool = concat!("Quartet ", env!("CARGO_PKG_VERSION"));
    let date = escaped(&provenance.created);
    let namespaces = format!(
        " xmlns:TC260=\"{AIGC_NAMESPACE}\" \
         xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" \
         xmlns:quartet=\"{OWN_NAMESPACE}\""
    );
    let properties = format!(
        "<TC260:AIGC>{aigc}</TC260:AIGC>\
         <xmp:CreatorTool>{tool}</xmp:CreatorTool>\
         <xmp:CreateDate>{date}</xmp:CreateDate>\
         <quartet:Provenance>{own}</quartet:Provenance>"
    );
    let description = described(provenance.source, &namespaces, &properties);
    format!(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\
         {description}<?xpacket end=\"r\"?>"
    )
}

/// XMP that says where the work comes from, and whatever `properties` say; bare, without what makes it a
/// packet that can be found in any file.
pub(super) fn described(source: SourceType, namespaces: &str, properties: &str) -> String {
    let source = source.code();
    format!(
        "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\
         <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
         <rdf:Description rdf:about=\"\" \
         xmlns:Iptc4xmpExt=\"http://iptc.org/std/Iptc4xmpExt/2008-02-29/\"{namespaces}>{properties}\
         <Iptc4xmpExt:DigitalSourceType>{source}</Iptc4xmpExt:DigitalSourceType>\
         </rdf:Description></rdf:RDF></x:xmpmeta>"
    )
}

/// What a packet claims; `None` without an `AIGC` label. Only the few elements that are looked for
/// are read: whatever else a hostile packet holds cannot do anything.
pub(crate) fn read(packet: &str) -> Option<Claim> {
    let aigc = element(packet, "TC260:AIGC")?;
    Some(Claim {
        aigc: serde_json::from_str(&aigc).ok()?,
        digital_source_type: element(packet, "Iptc4xmpExt:DigitalSourceType"),
        provenance: element(packet, "quartet:Provenance")
            .and_then(|own| serde_json::from_str(&own).ok()),
        visible: false,
    })
}

fn element(packet: &str, name: &str) -> Option<String> {
    let after = packet.split_once(&format!("<{name}>"))?.1;
    Some(unescaped(after.split_once(&format!("</{name}>"))?.0))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

fn unescaped(text: &str) -> String {
    text.replace("&quot;", "\"")
        .replace("&#34;", "\"")
        .replace("&gt;", ">")
        .replace("&lt;", "<")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            title in any::<Option<String>>(), recipe in any::<Option<String>>(),
        ) {
            let provenance = Provenance {
                title,
                created: "2026-01-02T03:04:05Z".to_owned(),
                model: "glyph".to_owned(),
                recipe,
                source: SourceType::Enhanced,
            };
            let claim = read(&packet("0192-id", &provenance)).unwrap();
            prop_assert_eq!(claim.produce_id(), Some("0192-id"));
            prop_assert_eq!(claim.digital_source_type.as_deref(), Some(SourceType::Enhanced.code()));
            prop_assert_eq!(claim.provenance, Some(provenance));
        }

        #[test]
        fn no_packet_makes_the_reader_panic(text in any::<String>()) {
            let _ = read(&text);
            let _ = read(&format!("<TC260:AIGC>{text}</TC260:AIGC>"));
        }
    }
}
