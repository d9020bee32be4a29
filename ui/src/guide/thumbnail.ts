// A picture as it is kept with a lesson's results: small, so that many fit.

/** In pixels. */
const SIDE = 480;
const QUALITY = 0.85;
/** Of an address that cannot be made smaller here, in letters. */
const MOST = 600_000;

/** A `data:` address of at most 480 pixels on a side; null where there is none that could be kept. */
export async function small(address: string): Promise<string | null> {
  try {
    const picture = new Image();
    picture.src = address;
    await picture.decode();
    const { naturalWidth: width, naturalHeight: height } = picture;
    const scale = Math.min(1, SIDE / Math.max(width, height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(width * scale));
    canvas.height = Math.max(1, Math.round(height * scale));
    const pen = canvas.getContext("2d");
    if (!pen) return asItIs(address);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL("image/jpeg", QUALITY);
  } catch {
    return asItIs(address);
  }
}

const asItIs = (address: string): string | null => (address.startsWith("data:image/") && address.length <= MOST ? address : null);
