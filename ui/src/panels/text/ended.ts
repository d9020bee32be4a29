// What the strip, the promise on the button and the screen reader learn when a job ends.
import { i18n } from "../../i18n/index.svelte";
import { studio } from "../../ipc/studio.svelte";
import { announcer } from "../../shared/announcer.svelte";
import { plainText } from "../../shared/markdown";
import type { TextJob } from "./job.svelte";

export function ended(job: TextJob, model: string): void {
  const { phases } = i18n.t;
  if (job.speed !== null) studio.measured(model, job.speed);
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
