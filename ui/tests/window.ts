// Opens the whole window on the scripted engine, for tests that act as a person would.
import { render, screen, waitFor } from "@testing-library/svelte";
import { tick } from "svelte";
import App from "../src/App.svelte";
import { backend } from "../src/ipc/fake/backend";
import type { Script } from "../src/ipc/fake/job";
import type { Language, Settings } from "../src/ipc";
import { jobs } from "../src/ipc/job.svelte";
import { studio } from "../src/ipc/studio.svelte";
import { player } from "../src/ipc/player.svelte";
import { composing } from "../src/panels/audio/compose.svelte";
import { listening } from "../src/panels/audio/listen.svelte";
import { speaking } from "../src/panels/audio/speak.svelte";
import { tabs } from "../src/panels/audio/tabs.svelte";
import { Conversation } from "../src/panels/text/conversation.svelte";
import { desk } from "../src/panels/text/desk.svelte";
import { layout } from "../src/shared/layout.svelte";
import { paces } from "../src/shared/paces.svelte";
import { toasts } from "../src/shared/toast.svelte";
import { navigation, type Place } from "../src/shared/navigation.svelte";

export const find = (id: string) => screen.findByTestId(id);
export const get = (id: string) => screen.getByTestId(id);
export const query = (id: string) => screen.queryByTestId(id);

export async function openWindow(script: Partial<Script> = {}, language: Language = "en", settings: Partial<Settings> = {}): Promise<void> {
  backend.reset({ beat: 1, loadMilliseconds: 4, ...script });
  // A test before may have left one.
  jobs.running = [];
  Object.assign(backend.settings, { language }, settings);
  // Where somebody was is kept with the desks.
  if (!script.desks) navigation.go("text");
  navigation.help = false;
  layout.inside = false;
  layout.compose = true;
  layout.presenter = false;
  layout.black = false;
  toasts.dismiss();
  desk.conversation = new Conversation();
  desk.compare.clear();
  desk.reset();
  paces.clear();
  Object.assign(desk, { mode: "one", draft: "", system: null, probabilities: false });
  listening.clear();
  Object.assign(listening, { phase: "idle", path: null, probabilities: false, recording: null, recorded: null });
  listening.minutes.clear();
  speaking.clear();
  Object.assign(speaking, { phase: "idle", text: "", voice: null, speed: 1, seed: null, loaded: null });
  composing.clear();
  Object.assign(composing, { phase: "idle", mood: "cheerful", seed: null, loaded: null });
  player.reset();
  tabs.open = "speak";
  Object.assign(studio, { app: null, models: null, settingsKnown: false, failure: null, paces: {} });
  render(App);
  await waitFor(() => {
    if (!studio.settingsKnown || studio.models === null || studio.app === null) throw new Error("not open yet");
  });
  await opened();
}

/** The place in view is there. */
async function opened(): Promise<void> {
  await tick();
  await waitFor(
    () => {
      if (screen.queryByText(/^(Opening…|正在打开…)$/)) throw new Error("still opening");
    },
    { timeout: 20_000 },
  );
}

export async function go(place: Place): Promise<void> {
  get(`rail-${place}`).click();
  await opened();
}

export async function answered(index = 0): Promise<HTMLElement> {
  return waitFor(
    () => {
      const answer = get(`answer-${index}`);
      if (answer.dataset["phase"] !== "done") throw new Error(`still ${answer.dataset["phase"]}`);
      return answer;
    },
  );
}

export function key(name: string, init: KeyboardEventInit = {}, target: EventTarget = document.body): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true, ...init });
  target.dispatchEvent(event);
  return event;
}

export async function type(field: HTMLElement, value: string): Promise<void> {
  (field as HTMLTextAreaElement).value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  await tick();
}

/** Opens a list or a menu by its keyboard, and takes one of it. */
export async function choose(list: string, item: string): Promise<void> {
  get(list).focus();
  key("ArrowDown", {}, get(list));
  const found = await find(item);
  if (found.getAttribute("role") === "menuitem") found.click();
  // jsdom has no pointers of its own.
  else found.dispatchEvent(Object.assign(new MouseEvent("pointerup", { bubbles: true, cancelable: true }), { pointerType: "mouse" }));
  await waitFor(() => {
    if (query(item)) throw new Error("still open");
  });
  await tick();
}

/** Moves a slider by its keyboard: to its beginning, and so many steps on. */
export async function slide(id: string, steps: number): Promise<void> {
  key("Home", {}, get(id));
  for (let step = 0; step < steps; step += 1) {
    key("ArrowRight", {}, get(id));
    await tick();
  }
  await tick();
}
