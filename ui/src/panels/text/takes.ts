// What the Text panel makes of results of others: a draft about what they say.
import PencilLine from "@lucide/svelte/icons/pencil-line";
import { i18n } from "../../i18n/index.svelte";
import { plain, type Result, type Taken, type Taking } from "../../shared/sendOn";

const KINDS = new Set(["minutes", "transcript", "speech", "pictures", "film"]);

async function write(result: Result): Promise<Taken> {
  const { desk } = await import("./desk.svelte");
  const { draft, mode } = desk;
  Object.assign(desk, { draft: `${i18n.t.text.writeAbout}\n\n${plain(result)}`, mode: "one" });
  return { field: "prompt", undo: draft.trim() === "" ? null : () => void Object.assign(desk, { draft, mode }) };
}

export const takes: readonly Taking[] = [
  {
    id: "write",
    place: "text",
    icon: PencilLine,
    label: () => i18n.t.text.writeIt,
    takes: ({ kind, words }) => KINDS.has(kind) && words.trim() !== "",
    take: write,
  },
];
