// An act in words, for the list of what was done.
import { i18n } from "../../i18n/index.svelte";
import type { Act, LocalText } from "../../ipc";
import { textOf } from "./draft";

const said = (text: LocalText | null | undefined): string => (text ? i18n.local(text) || text.zh : "");

/** What it is given, in short. */
function about(act: Act): string {
  switch (act.act) {
    case "text.compare":
      return [said(act.a.prompt), said(act.b.prompt)].join(" | ");
    case "video.travel":
      return act.scenes.map(said).join(" → ");
    case "audio.compose":
      return i18n.t.editor.recordedTune;
    default:
      return said(textOf(act));
  }
}

export function sayAct(act: Act): string {
  const t = i18n.t.editor;
  if (act.act === "open") return t.recordedOpen(i18n.t.places[act.place]);
  const words = about(act);
  return words ? `${t.actNames[act.act]}${i18n.t.marks.colon}${words}` : t.actNames[act.act];
}
