// What the Audio panel makes of results of others: words are read aloud, a transcript becomes minutes.
import AudioLines from "@lucide/svelte/icons/audio-lines";
import ClipboardList from "@lucide/svelte/icons/clipboard-list";
import Megaphone from "@lucide/svelte/icons/megaphone";
import { i18n } from "../../i18n/index.svelte";
import { ipc } from "../../ipc";
import { studio } from "../../ipc/studio.svelte";
import { languageOf } from "../../shared/announcer.svelte";
import { fileName } from "../../shared/form/exporting.svelte";
import { gist } from "../../shared/gist";
import { plain, type Result, type Taken, type Taking } from "../../shared/sendOn";

const SPOKEN = new Set(["text", "minutes", "transcript", "film"]);

/** Of a sound's words, so much as names a file. */
const NAME_LETTERS = 40;

async function say(result: Result): Promise<Taken> {
  const [{ speaking }, { cards, tabs }] = await Promise.all([import("./speak.svelte"), import("./tabs.svelte")]);
  const { text, voice } = speaking;
  const { speechModel } = studio.settings;
  speaking.text = plain(result);
  // The voice follows the language of the words, and so does the model where the one in use does not speak it.
  speaking.voice = null;
  const speaker = studio.speaker(languageOf(speaking.text) === "en" ? "en" : "zh")?.id ?? null;
  const changes = speaker !== null && speaker !== studio.speechModel?.id;
  if (changes) void studio.change({ speechModel: speaker });
  tabs.open = "speak";
  cards.open = false;
  const undo = () => {
    Object.assign(speaking, { text, voice });
    tabs.open = "speak";
    if (changes) void studio.change({ speechModel });
  };
  return { field: "speak-text", undo: text.trim() === "" ? null : undo };
}

async function sumUp({ work }: Result): Promise<Taken | null> {
  const [{ listening }, { tabs }] = await Promise.all([import("./listen.svelte"), import("./tabs.svelte")]);
  if (listening.busy) return null;
  const before = { made: listening.made, work: listening.work, path: listening.path, heardPath: listening.heardPath };
  if (work !== null && work !== before.work) listening.open(await ipc.openWork(work));
  tabs.open = "listen";
  const undo = () => {
    if (before.made && before.work) listening.show(before.made, before.work);
    else listening.clear();
    Object.assign(listening, { path: before.path, heardPath: before.heardPath });
    tabs.open = "listen";
  };
  return { field: "minutes-start", undo: work === before.work || (before.made === null && before.path === null) ? null : undo };
}

/** The sound itself, as the recording to listen to: what is heard can be held against what was to be said. */
async function hear({ work, words }: Result): Promise<Taken | null> {
  const [{ listening }, { tabs, cards }] = await Promise.all([import("./listen.svelte"), import("./tabs.svelte")]);
  if (listening.busy || listening.recording !== null || work === null) return null;
  const { path, heardPath } = listening;
  await listening.bring(new File([await ipc.workFile(work)], fileName(gist(words, NAME_LETTERS), "wav", "sound")));
  tabs.open = "listen";
  cards.open = false;
  return { field: "listen-start", undo: path === null ? null : () => void Object.assign(listening, { path, heardPath }) };
}

export const takes: readonly Taking[] = [
  {
    id: "say",
    place: "audio",
    icon: Megaphone,
    label: () => i18n.t.speak.readAloud,
    takes: ({ kind, words }) => SPOKEN.has(kind) && words.trim() !== "",
    take: say,
  },
  {
    id: "minutes",
    place: "audio",
    icon: ClipboardList,
    label: () => i18n.t.listen.sumUp,
    // The form has the button already.
    takes: ({ kind, work, from }) => kind === "transcript" && work !== null && from !== "audio",
    take: sumUp,
  },
  { id: "listen", place: "audio", icon: AudioLines, label: () => i18n.t.listen.start, takes: ({ kind, work }) => kind === "speech" && work !== null, take: hear },
];
