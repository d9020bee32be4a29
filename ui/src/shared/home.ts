// Where a kept work is taken up again.
import type { Modality, WorkDetail } from "../ipc";

/** The panel that made it; null for what a later version made. Transcripts and minutes are texts, and heard. */
export function homeOf({ made }: WorkDetail): Modality | null {
  if (!made) return null;
  if (made.text) return "text";
  if (made.image ?? made.upscale) return "image";
  return made.film ? "video" : "audio";
}
