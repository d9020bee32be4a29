// What the words of a prompt were taken for, where that is not what they say: in words, for pictures and films.
import { i18n } from "../i18n/index.svelte";
import type { NotDrawn, Subject, Thing } from "../ipc";

export function thingName(thing: Thing): string {
  return i18n.language === "zh" && thing.chinese !== "" ? thing.chinese : thing.english;
}

/** None for what was not wanted, which is told apart. */
function shown(one: NotDrawn): string | null {
  const t = i18n.t.notDrawn;
  const { words } = one;
  if (one.kind === "negation") return null;
  if (one.kind === "number") return t.several(words);
  const isOwn = /\p{Script=Han}/u.test(words) === (i18n.language === "zh") || !/\p{L}/u.test(words);
  if (isOwn) return words;
  return one.thing ? t.other(thingName(one.thing), words) : t.quoted(words);
}

/** What a picture of one thing does not show: a sentence each. */
export function leftOut(subject: Subject): string[] {
  const t = i18n.t.notDrawn;
  const thing = thingName(subject.thing);
  const others = subject.leftOut.map(shown).filter((one) => one !== null);
  const negations = subject.leftOut.filter((one) => one.kind === "negation");
  return [...(others.length > 0 ? [t.leftOut(thing, i18n.list(others))] : []), ...negations.map((one) => t.negation(one.words, thing))];
}

/** And what is drawn in the place of what is not known. */
export function doubts(subject: Subject): string[] {
  const t = i18n.t.notDrawn;
  const { by, words } = subject;
  const thing = thingName(subject.thing);
  const nearest = by === "nearness" ? [t.nearest(words, thing)] : [];
  const kind = by === "kind" ? [t.kind(words, thing)] : [];
  return [...nearest, ...kind, ...leftOut(subject)];
}
