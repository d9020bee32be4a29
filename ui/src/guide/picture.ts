// The pictures of a lesson, out of its folder.
import { ipc } from "../ipc";

const kinds: Record<string, string> = { png: "image/png", jpg: "image/jpeg", jpeg: "image/jpeg", webp: "image/webp" };

/** So many stay at hand: the one in view, and the next. */
const KEPT = 3;
const read = new Map<string, Promise<ArrayBuffer>>();

/** Its bytes, asked for once, also where they are wanted ahead. */
export function readPicture(lesson: string, path: string): Promise<ArrayBuffer> {
  const key = `${lesson}/${path}`;
  const known = read.get(key);
  if (known) return known;
  const bytes = ipc.lessonFile(lesson, path);
  read.set(key, bytes);
  bytes.catch(() => read.delete(key));
  for (const old of [...read.keys()].slice(0, -KEPT)) read.delete(old);
  return bytes;
}

/** An address that lasts until the returned function is called; it is told once it is there, and never where there is none. */
export function pictureOf(lesson: string, path: string, tell: (address: string | null) => void): () => void {
  let address: string | null = null;
  let given = true;
  readPicture(lesson, path).then(
    (bytes) => {
      if (!given) return;
      address = URL.createObjectURL(new Blob([bytes], { type: kinds[path.split(".").at(-1) ?? ""] ?? "" }));
      tell(address);
    },
    () => given && tell(null),
  );
  return () => {
    given = false;
    if (address !== null) URL.revokeObjectURL(address);
  };
}
