// Files as bytes: those that a person drops or pastes, and several that come as one.

/** The bytes as a `data:` address, which is base64 behind what kind of file it is. */
export function dataAddress(file: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error ?? new Error("the file cannot be read"));
    reader.readAsDataURL(file);
  });
}

/** Several files in one: how many, the length of each in 32 bits (little endian), then their bytes. */
export function unpacked(bytes: ArrayBuffer): Uint8Array<ArrayBuffer>[] {
  if (bytes.byteLength < 4) return [];
  const view = new DataView(bytes);
  const count = view.getUint32(0, true);
  let at = 4 * (count + 1);
  return Array.from({ length: count }, (_, file) => {
    const length = view.getUint32(4 * (file + 1), true);
    at += length;
    return new Uint8Array(bytes, at - length, length);
  });
}

/** The bytes as base64. */
export async function base64(bytes: Blob): Promise<string> {
  const address = await dataAddress(bytes);
  return address.slice(address.indexOf(",") + 1);
}
