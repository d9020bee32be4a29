//! The XMP packet of a picture: the `AIGC` label of GB 45438-2025 (annex for pictures), the IPTC
//! digital source type, and Quartet's own account.

use super::{AIGC_NAMESPACE, Claim, DIGITAL_SOURCE_TYPE, Provenance, aigc_json};

const OWN_NAMESPACE: &str = "https://quartet.invalid/ns/provenance/1.0/";

/// The packet as XML. Values are attributes' texts, escaped.
pub(crate) fn packet(id: &str, provenance: &Provenance) -> String {
    let aigc = escaped(&aigc_json(id));
    let own = serde_json::to_string(provenance).unwrap_or_default();
    let own = escaped(&own);
    let tool = concat!("Quartet ", env!("CARGO_PKG_VERSION"));
    let date = escaped(&provenance.created);
    format!(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\
         <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
         <rdf:Description rdf:about=\"\" \
         xmlns:TC260=\"{AIGC_NAMESPACE}\" \
         xmlns:Iptc4xmpExt=\"http://iptc.org/std/Iptc4xmpExt/2008-02-29/\" \
         xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" \
         xmlns:quartet=\"{OWN_NAMESPACE}\">\
         <TC260:AIGC>{aigc}</TC260:AIGC>\
         <Iptc4xmpExt:DigitalSourceType>{DIGITAL_SOURCE_TYPE}</Iptc4xmpExt:DigitalSourceType>\
         <xmp:CreatorTool>{tool}</xmp:CreatorTool>\
         <xmp:CreateDate>{date}</xmp:CreateDate>\
         <quartet:Provenance>{own}</quartet:Provenance>\
         </rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end=\"r\"?>"
    )
}

/// What a packet claims; `None` without an `AIGC` label. Only the few elements that are looked for
/// are read: whatever else a stranger's packet holds cannot do anything.
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
            };
            let claim = read(&packet("0192-id", &provenance)).unwrap();
            prop_assert_eq!(claim.produce_id(), Some("0192-id"));
            prop_assert_eq!(claim.digital_source_type.as_deref(), Some(DIGITAL_SOURCE_TYPE));
            prop_assert_eq!(claim.provenance, Some(provenance));
        }

        #[test]
        fn no_packet_makes_the_reader_panic(text in any::<String>()) {
            let _ = read(&text);
            let _ = read(&format!("<TC260:AIGC>{text}</TC260:AIGC>"));
        }
    }
}
