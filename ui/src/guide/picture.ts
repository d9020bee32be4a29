// The pictures of a lesson, out of its folder.
import { ipc } from "../ipc";

const kinds: Record<string, string> = { png: "image/png", jpg: "image/jpeg", jpeg: "image/jpeg", webp: "image/webp" };

/** An address that lasts until the returned function is called; it is told once it is there, and never where there is none. */
export function pictureOf(lesson: string, path: string, tell: (address: string | null) => void): () => void {
  let address: string | null = null;
  let given = true;
  ipc.lessonFile(lesson, path).then(
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
