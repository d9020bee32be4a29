// What the Image panel makes of results of others: words are drawn, a picture is begun with or made larger.
import Brush from "@lucide/svelte/icons/brush";
import ImagePlus from "@lucide/svelte/icons/image-plus";
import Maximize2 from "@lucide/svelte/icons/maximize-2";
import { i18n } from "../../i18n/index.svelte";
import type { SubjectChoice } from "../../ipc";
import { studio } from "../../ipc/studio.svelte";
import { theme, type Result, type Taken, type Taking } from "../../shared/sendOn";

const DRAWN = new Set(["text", "transcript", "speech"]);
const PICTURES = new Set(["pictures", "enlarged"]);
/** Letters of a prompt that one would still read at a glance. */
const MOST_LETTERS = 90;

async function draw(result: Result): Promise<Taken> {
  const { desk } = await import("./desk.svelte");
  const { draft, subject, mode } = desk;
  const words: SubjectChoice = { kind: "words" };
  Object.assign(desk, { draft: theme(result, MOST_LETTERS), subject: words, mode: "draw" });
  return { field: "image-prompt", undo: draft.trim() === "" ? null : () => void Object.assign(desk, { draft, subject, mode }) };
}

async function begin({ work, words }: Result): Promise<Taken> {
  const { desk } = await import("./desk.svelte");
  const { easel, mode } = desk;
  const had = easel.hasPicture;
  await desk.take("draw", work ?? "", words);
  const undo = () => {
    easel.undo();
    desk.mode = mode;
  };
  return { field: "image-prompt", undo: had ? undo : null };
}

async function enlarge({ work, words }: Result): Promise<Taken | null> {
  const { desk } = await import("./desk.svelte");
  const { mode, enlarging } = desk;
  if (enlarging.drawing.running) return null;
  const { source, title, drawing } = enlarging;
  await desk.take("enlarge", work ?? "", words);
  const undo = async () => {
    desk.mode = mode;
    if (source) await enlarging.bring(source, title);
    enlarging.drawing = drawing;
  };
  return { field: "enlarge-start", undo: source ? undo : null };
}

const isPicture = ({ kind, work, from }: Result) => PICTURES.has(kind) && work !== null && from !== "image";

export const takes: readonly Taking[] = [
  {
    id: "draw",
    place: "image",
    icon: Brush,
    label: () => i18n.t.image.drawIt,
    takes: ({ kind, words }) => DRAWN.has(kind) && words.trim() !== "",
    take: draw,
  },
  { id: "start", place: "image", icon: ImagePlus, label: () => i18n.t.image.startFrom, takes: isPicture, take: begin },
  { id: "enlarge", place: "image", icon: Maximize2, label: () => i18n.t.image.enlarge, takes: (result) => studio.enlarges && isPicture(result), take: enlarge },
];
