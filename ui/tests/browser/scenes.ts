// The states of the window that people see, and how each is come to.
import type { Page } from "playwright-core";

export interface Scene {
  name: string;
  /** Of the demo's address. */
  parameters?: Record<string, string>;
  reach: (page: Page) => Promise<void>;
}

const click = (page: Page, id: string) => page.getByTestId(id).first().click();
const there = (page: Page, id: string) => page.getByTestId(id).first().waitFor();
const go = (place: string) => (page: Page) => click(page, `rail-${place}`);
const inTurn =
  (...acts: ((page: Page) => Promise<unknown>)[]) =>
  async (page: Page) => {
    for (const act of acts) await act(page);
  };
const clicking = (id: string) => (page: Page) => click(page, id);
const waiting = (id: string) => (page: Page) => there(page, id);
const pressing = (key: string) => (page: Page) => page.keyboard.press(key);
const writing = (id: string, text: string) => (page: Page) => page.getByTestId(id).fill(text);
const done = (id: string) => (page: Page) => page.locator(`[data-testid="${id}"][data-phase="done"]`).waitFor();

const pictures = { pictures: "1" };
const text = inTurn(go("text"), waiting("prompt"));
const answer = inTurn(text, clicking("example-code"), done("answer-0"));
const picture = inTurn(go("image"), writing("image-prompt", "cat"), clicking("image-draw"), waiting("image-save"));
const film = inTurn(go("video"), waiting("video-welcome"), clicking("video-example-story"), done("video-stage"));
/** Letters act where nobody types. */
const presenting = inTurn((page) => page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur()), pressing("p"), waiting("present-screen"));
/** The same where no panel is in view. */
const projecting = inTurn((page) => page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur()), pressing("p"), (page) => page.locator("html[data-projector]").waitFor());
/** What steps back behind what is pointed at is not there to be read. */
const unlooked = (page: Page) => page.evaluate(() => document.documentElement.removeAttribute("data-looking"));
const tune = inTurn(go("audio"), clicking("audio-tab-compose"), clicking("tune-start"), done("tune"));

const lesson = (id: string) => inTurn(clicking(`lesson-card-${id}`), clicking("lesson-begin"), waiting("step-card"));
/** The step that shows an experiment points at its groups; the one after it shows all of them in full light. */
const experiment = inTurn(lesson("wording"), clicking("choice-0"), clicking("step-next"), done("experiment"), waiting("claim"));

const editor = inTurn(clicking("lesson-write"), waiting("lesson-editor"));

export const scenes: readonly Scene[] = [
  { name: "start", parameters: pictures, reach: inTurn(waiting("start-lessons"), waiting("scenario-school"), waiting("continue-work")) },
  { name: "checkup", parameters: { ...pictures, beat: "2" }, reach: inTurn(clicking("start-checkup"), clicking("checkup-begin"), done("checkup")) },
  { name: "checkup-wrong", parameters: { ...pictures, beat: "2", checkup: "wrong" }, reach: inTurn(clicking("start-checkup"), clicking("checkup-begin"), done("checkup")) },
  { name: "glossary", parameters: pictures, reach: inTurn(clicking("start-words"), waiting("word-seed")) },
  { name: "lesson-word", parameters: pictures, reach: inTurn(clicking("lesson-card-wording"), clicking("lesson-word-seed"), waiting("word-page")) },
  { name: "lesson", parameters: pictures, reach: inTurn(clicking("lesson-card-wording"), waiting("lesson-begin")) },
  { name: "lesson-step", parameters: pictures, reach: lesson("wording") },
  { name: "lesson-compare", parameters: pictures, reach: inTurn(experiment, clicking("step-next"), waiting("outcomes")) },
  { name: "lesson-break", parameters: pictures, reach: inTurn(experiment, clicking("step-next"), clicking("step-next"), writing("break-words", "Name three teas."), clicking("break-run"), done("answer-0")) },
  { name: "lesson-failed", parameters: { ...pictures, fail: "memory" }, reach: inTurn(lesson("wording"), clicking("choice-0"), clicking("step-next"), waiting("step-trouble")) },
  { name: "lesson-recorded", parameters: { ...pictures, fail: "memory" }, reach: inTurn(lesson("wording"), clicking("choice-0"), clicking("step-next"), waiting("step-trouble"), clicking("trouble-recorded"), waiting("experiment-recorded"), unlooked) },
  { name: "editor", parameters: pictures, reach: editor },
  { name: "editor-step", parameters: pictures, reach: inTurn(editor, clicking("edit-step-0"), waiting("edit-step-form")) },
  { name: "editor-recorded", parameters: pictures, reach: inTurn(editor, clicking("edit-record"), writing("prompt", "Name three teas."), pressing("Control+Enter"), done("answer-0"), clicking("record-stop"), waiting("recorded-list")) },
  { name: "editor-export", parameters: pictures, reach: inTurn(clicking("own-menu-wording"), clicking("own-duplicate-wording"), waiting("lesson-editor"), clicking("edit-export"), waiting("edit-told")) },
  { name: "text-welcome", reach: text },
  { name: "text-answer", reach: answer },
  { name: "text-inside", reach: inTurn(answer, pressing("Escape"), clicking("probabilities-toggle"), (page) => page.getByTestId("token").nth(3).click(), waiting("token-popover")) },
  { name: "text-failed", parameters: { fail: "memory" }, reach: inTurn(text, clicking("example-code"), waiting("failure-card")) },
  { name: "text-no-models", parameters: { noModels: "1" }, reach: inTurn(go("text"), waiting("stage")) },
  { name: "image-welcome", parameters: pictures, reach: inTurn(go("image"), waiting("image-prompt")) },
  { name: "image", parameters: pictures, reach: picture },
  { name: "image-sketch", parameters: pictures, reach: inTurn(picture, writing("image-prompt", "cat with a hat"), waiting("image-glimpse")) },
  { name: "image-failed", parameters: { ...pictures, fail: "memory" }, reach: inTurn(go("image"), writing("image-prompt", "cat"), clicking("image-draw"), waiting("failure-card")) },
  { name: "image-inside", parameters: pictures, reach: inTurn(picture, clicking("image-inside"), waiting("inside")) },
  { name: "speak-welcome", reach: inTurn(go("audio"), waiting("speak-text")) },
  { name: "speak", reach: inTurn(go("audio"), writing("speak-text", "Green tea is hot. It is good in the morning, and in the evening."), clicking("speak-start"), done("speak")) },
  { name: "listen", reach: inTurn(go("audio"), clicking("audio-tab-listen"), clicking("listen-choose"), clicking("listen-start"), done("listen")) },
  { name: "compose", reach: tune },
  { name: "video-welcome", parameters: pictures, reach: inTurn(go("video"), waiting("video-welcome")) },
  { name: "video", parameters: pictures, reach: film },
  { name: "video-inside", parameters: pictures, reach: inTurn(film, clicking("video-inside"), waiting("inside")) },
  { name: "video-story", parameters: pictures, reach: inTurn(go("video"), clicking("video-tab-story"), waiting("story-topic")) },
  { name: "library", parameters: pictures, reach: inTurn(go("library"), waiting("library-row")) },
  { name: "library-many", parameters: { works: "5000" }, reach: inTurn(go("library"), waiting("library-row")) },
  { name: "library-empty", parameters: { emptyLibrary: "1" }, reach: inTurn(go("library"), waiting("library")) },
  { name: "work", reach: inTurn(go("library"), clicking("library-open"), waiting("work")) },
  { name: "models", reach: inTurn(go("models"), waiting("model-add")) },
  { name: "settings", reach: inTurn(go("settings"), waiting("setting-theme")) },
  { name: "help", reach: inTurn(text, clicking("help-open"), waiting("help")) },
  { name: "presenting-image", parameters: pictures, reach: inTurn(picture, presenting) },
  { name: "presenting-video", parameters: pictures, reach: inTurn(film, presenting) },
  { name: "presenting-lesson", parameters: pictures, reach: inTurn(lesson("wording"), projecting) },
  { name: "presenting-experiment", parameters: pictures, reach: inTurn(experiment, projecting, unlooked) },
];
