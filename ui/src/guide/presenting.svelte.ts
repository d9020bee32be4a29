// Presenting: the clock, what comes next got ready, and the notes in a window of their own.
import { untrack } from "svelte";
import { i18n } from "../i18n/index.svelte";
import { asFailure, ipc, type Failure, type NotesAct, type NotesEvent } from "../ipc";
import { studio } from "../ipc/studio.svelte";
import { announcer } from "../shared/announcer.svelte";
import { keeping } from "../shared/keeping.svelte";
import { layout } from "../shared/layout.svelte";
import { guide } from "./guide.svelte";
import { jumpRows } from "./jump";
import type { LessonRun } from "./lesson.svelte";
import { notesState } from "./notes";
import { Timer } from "./timer.svelte";
import { warming } from "./warming.svelte";

class Presenting {
  readonly timer = new Timer();
  /** The clock stands on the step card. */
  clock = $state(true);
  /** The window of the notes is open. */
  notes = $state(false);
  failure = $state.raw<Failure | null>(null);
  /** What the clock counts for: a lesson that runs, or a deck. */
  #whole: object | null = null;
  #quiet: () => void = () => undefined;

  /** For an effect: what belongs to the step in view. */
  follow(run: LessonRun): void {
    const { deck } = guide;
    const whole = deck ?? run;
    const { lesson, at } = run;
    const planned = (run.alone ? 0 : lesson.minutes * 60) / lesson.steps.length;
    untrack(() => {
      if (this.#whole !== whole) {
        this.#whole = whole;
        this.timer.begin((deck ? deck.deck.minutes : lesson.minutes) * 60, planned);
      } else this.timer.go();
      this.timer.enter(`${deck?.at ?? ""}/${at}`, planned);
    });
  }

  /** For an effect: the step in view first, then the one after it, but never beside what is at work. */
  warm(run: LessonRun): void {
    const { step, following, lesson } = run;
    if (run.running !== null) return;
    untrack(() => {
      if (run.result === null) warming.ready(step, lesson.id);
      const next = following === null ? guide.deck?.nextStep : { step: lesson.steps[following] ?? null, lesson: lesson.id };
      if (next) warming.ready(next.step, next.lesson);
    });
  }

  /** Nobody presents any more; the clock shows where it stopped. */
  rest(): void {
    this.timer.stop();
  }

  async toggleNotes(): Promise<void> {
    if (this.notes) await ipc.closeNotes().catch(() => undefined);
    else await this.openNotes();
  }

  async openNotes(): Promise<void> {
    try {
      await ipc.openNotes(`${i18n.t.present.notesTitle} · ${i18n.t.app.name}`, (event) => this.hear(event));
      this.failure = null;
    } catch (thrown) {
      this.failure = asFailure(thrown);
      announcer.say(`${i18n.t.present.notesFailed}. ${i18n.local(this.failure.message)}`);
    }
  }

  /** What becomes of the notes, and what is pressed there. */
  hear(event: NotesEvent): void {
    if (event.kind === "pressed") return this.press(event.pressed);
    this.#quiet();
    this.notes = event.kind === "ready";
    if (!this.notes) return;
    this.#quiet = $effect.root(() => {
      $effect(() => this.#tell());
    });
  }

  /** As the same key does on the stage. */
  press(act: NotesAct): void {
    const { run } = guide;
    switch (act.act) {
      case "black":
        layout.black = !layout.black;
        return;
      case "leave":
        return this.#leave();
      case "pause":
        return this.timer.toggle();
      case "reset":
        return this.timer.reset();
      case "next":
        return void guide.onward();
      case "back":
        return void guide.backward();
      case "again":
        return void run?.run();
      case "choose":
        return void run?.predict(act.choice);
      case "jump": {
        const row = run ? jumpRows(run, guide.deck)[act.row] : undefined;
        if (row) guide.jump(row);
      }
    }
  }

  #leave(): void {
    if (layout.black) layout.black = false;
    else if (layout.presenter) layout.present(false);
    else void guide.leave();
  }

  /** Whatever is read here is told anew when it changes; the clock goes on by itself over there. */
  #tell(): void {
    const { run, deck, canBack } = guide;
    const { timer } = this;
    void timer.turns;
    const [runs, planned, stepPlanned] = [timer.runs, timer.planned, timer.stepPlanned];
    const [seconds, stepSeconds] = untrack(() => {
      timer.look();
      return [timer.seconds, timer.stepSeconds];
    });
    const { theme, textScale } = studio.settings;
    const waits = run ? warming.waits(run) : "";
    const state = notesState(run, deck, canBack, { theme, textScale, black: layout.black, waits, timer: { runs, seconds, planned, stepSeconds, stepPlanned } });
    // A window that is gone says so by itself.
    untrack(() => void ipc.presentNotes(state).catch(() => undefined));
  }

  snapshot(): unknown {
    return { clock: this.clock };
  }

  restore({ clock }: Record<string, unknown>): void {
    if (typeof clock === "boolean") this.clock = clock;
  }
}

export const presenting = new Presenting();
keeping.keep("presenting", presenting);
