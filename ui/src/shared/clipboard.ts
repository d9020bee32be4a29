// Copying text, also where the asynchronous clipboard is refused (older WebKitGTK).
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** Copies a picture from its address; false where the window's clipboard takes none. */
export async function copyPicture(address: string): Promise<boolean> {
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: image.naturalWidth, height: image.naturalHeight });
    canvas.getContext("2d")?.drawImage(image, 0, 0);
    const blob = new Promise<Blob>((resolve, reject) =>
      canvas.toBlob((made) => (made ? resolve(made) : reject(new Error("no picture"))), "image/png"),
    );
    await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
    return true;
  } catch {
    return copyImageBySelection(address);
  }
}

/** The picture that is being pasted, or null; to be called while the event lasts. WebKitGTK says in the event
 * that there is nothing, and lets the clipboard be read. */
export async function pastedPicture(event: ClipboardEvent): Promise<File | null> {
  const isPicture = (type: string) => type.startsWith("image/");
  const data = event.clipboardData;
  const file = [...(data?.files ?? [])].find((one) => isPicture(one.type));
  if (file) {
    event.preventDefault();
    return file;
  }
  // Words are pasted where they always are.
  if (!data || data.types.length > 0) return null;
  event.preventDefault();
  try {
    for (const item of await navigator.clipboard.read()) {
      const type = item.types.find(isPicture);
      if (type) return new File([await item.getType(type)], "", { type });
    }
  } catch {
    // A window that may not look has nothing to paste.
  }
  return null;
}

/** As a person would: select the picture, copy the selection. */
function copyImageBySelection(address: string): boolean {
  const selection = document.getSelection();
  const holder = document.createElement("div");
  holder.className = "visually-hidden";
  holder.contentEditable = "true";
  const image = document.createElement("img");
  image.src = address;
  holder.append(image);
  document.body.append(holder);
  const range = document.createRange();
  range.selectNode(image);
  selection?.removeAllRanges();
  selection?.addRange(range);
  const copied = document.execCommand?.("copy") ?? false;
  selection?.removeAllRanges();
  holder.remove();
  return copied;
}

function copyBySelection(text: string): boolean {
  const before = document.activeElement;
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "visually-hidden";
  area.setAttribute("aria-hidden", "true");
  document.body.append(area);
  area.select();
  const copied = document.execCommand?.("copy") ?? false;
  area.remove();
  if (before instanceof HTMLElement) before.focus();
  return copied;
}
