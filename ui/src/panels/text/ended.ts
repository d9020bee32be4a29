// What the strip, the promise on the button and the screen reader learn when a job ends.
import { i18n } from "../../i18n/index.svelte";
import { studio } from "../../ipc/studio.svelte";
import { announcer } from "../../shared/announcer.svelte";
import { plainText } from "../../shared/markdown";
import { paces } from "../../shared/paces.svelte";
import type { TextJob } from "./job.svelte";

/** Tokens that tell how fast prompts are read. */
const LEAST_READ = 24;

export function ended(job: TextJob, model: string): void {
  const { phases } = i18n.t;
  if (job.stats) {
    const { generatedTokens, decodeSeconds, promptTokens, reusedTokens, promptSeconds } = job.stats;
    if (generatedTokens > 0) paces.measured("write", model, decodeSeconds, generatedTokens);
    const read = promptTokens - reusedTokens;
    // Of a few tokens the time is mostly that of beginning.
    if (read >= LEAST_READ) paces.measured("read", model, promptSeconds, read);
  }
  void studio.refreshVitals();
  if (job.phase === "failed" && job.failure) {
    announcer.say(phases.announceFailed(i18n.local(job.failure.message)));
  } else if (job.phase === "stopped") {
    announcer.say(phases.announceStopped);
  } else if (job.stats) {
    const { generatedTokens, promptSeconds, decodeSeconds } = job.stats;
    announcer.say(phases.announceDone(generatedTokens, i18n.seconds(promptSeconds + decodeSeconds)), plainText(job.text, i18n.t.stage.codeCount));
  }
}
