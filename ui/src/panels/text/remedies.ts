// The button on a failure's card that does what the card advises.
import { i18n } from "../../i18n/index.svelte";
import type { Failure } from "../../ipc";
import { navigation } from "../../shared/navigation.svelte";
import { desk } from "./desk.svelte";

const toSettings = new Set(["outOfMemory", "modelTooLarge", "deviceUnavailable"]);

export interface Remedy {
  label: string;
  run: () => void;
}

export function remediesFor(failure: Failure, again: () => void): Remedy[] {
  const { actions } = i18n.t;
  const retry: Remedy = { label: actions.tryAgain, run: again };
  if (failure.code.startsWith("model") && !toSettings.has(failure.code)) return [{ label: actions.openModels, run: () => navigation.go("models") }, retry];
  if (toSettings.has(failure.code) || failure.code.startsWith("runtime")) {
    return [{ label: actions.openSettings, run: () => navigation.go("settings") }, retry];
  }
  if (failure.code === "promptTooLong") {
    return [{ label: actions.newConversation, run: () => desk.newConversation() }];
  }
  return [retry];
}
