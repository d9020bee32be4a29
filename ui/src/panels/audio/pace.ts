// What a sound or a transcript will take, in words, from what the last one took.
import { i18n } from "../../i18n/index.svelte";
import type { ModelSummary } from "../../ipc";

/** "about 4 s · 310 MB"; `each` is the seconds that one of `amount` took, null before anything was measured. */
export function promiseWords(model: ModelSummary | null, each: number | null, amount: number, none: string): string {
  const t = i18n.t.form;
  if (!model) return none;
  const time = each === null || amount === 0 ? t.notTimed : t.about(i18n.seconds(each * amount));
  return `${time} · ${i18n.megabytes(model.memoryMb)}`;
}
