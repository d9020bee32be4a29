// What became of a result that was kept, in words: it is in the library, in its bin, or gone.
import { i18n } from "../../i18n/index.svelte";
import { deleted } from "../../ipc/deleted.svelte";

/** That it, or some of it, was deleted; empty where all is there. */
export function missing(works: readonly string[]): string {
  const t = i18n.t.form;
  const there = works.filter((work) => !deleted.has(work)).length;
  if (there === works.length) return "";
  if (there > 0) return t.keptSome(there, works.length);
  return works.some((work) => deleted.isBinned(work)) ? t.inBin : t.deleted;
}

/** `otherwise` of what was not kept. */
export function standing(works: readonly string[], otherwise = ""): string {
  return works.length === 0 ? otherwise : missing(works) || i18n.t.form.kept;
}
