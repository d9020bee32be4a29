// The kiosk's window: who is there, and what comes next.
import { i18n } from "../i18n/index.svelte";
import { asFailure, ipc, type Failure, type KioskEvent, type KioskState, type Language } from "../ipc";
import { studio } from "../ipc/studio.svelte";
import { visitor } from "../shared/visitor.svelte";

const BEAT_MS = 5000;
/** Told no more often than this. */
const TOUCH_MS = 1000;

export class KioskWindow {
  /** Null until it is known, and while the next visitor's page is on its way. */
  state = $state.raw<KioskState | null>(null);
  /** Nobody is there; somebody chooses a language; somebody is there. */
  phase = $state<"waiting" | "language" | "there">("waiting");
  /** So many seconds are left to say that somebody is there. */
  asking = $state<number | null>(null);
  /** The passcode is asked for. */
  leaving = $state(false);
  failure = $state.raw<Failure | null>(null);
  #touched = -Infinity;

  readonly languages: readonly Language[] = $derived.by(() => {
    const { state } = this;
    if (state?.kind === "open") return state.shown.languages;
    return state?.kind === "shut" ? state.languages : ["en", "zh"];
  });

  /** Returns how it is closed. */
  open(): () => void {
    void this.#ask();
    // Whoever hears nothing of this page for long opens it anew.
    const timer = setInterval(() => void ipc.touchKiosk(false).catch(() => undefined), BEAT_MS);
    return () => clearInterval(timer);
  }

  async #ask(): Promise<void> {
    try {
      // Before anything is shown, so that nothing is missed.
      await ipc.watchKiosk((event) => this.#hear(event));
      const state = await ipc.kioskState();
      if (state.kind === "open") visitor.kiosk = state.shown;
      if (state.kind === "open" || state.kind === "shut") i18n.choose(this.#first(state.kind === "open" ? state.shown.languages : state.languages));
      this.state = state;
      this.phase = state.kind === "open" && state.shown.attract ? "waiting" : this.#begun();
    } catch (thrown) {
      this.failure = asFailure(thrown);
    }
  }

  #first(languages: readonly Language[]): Language | null {
    return languages[0] ?? null;
  }

  /** One language is nothing to choose from. */
  #begun(): "language" | "there" {
    const { state } = this;
    return state?.kind === "open" && state.shown.languages.length > 1 ? "language" : "there";
  }

  #hear(event: KioskEvent): void {
    if (event.kind === "asking") this.asking = event.left;
    else if (event.kind === "busy") this.asking = null;
    else {
      // Nothing of this page is to be seen or pressed any more.
      visitor.kiosk = null;
      Object.assign(this, { state: null, asking: null, leaving: false });
    }
  }

  /** Somebody does something. */
  touch(): void {
    if (this.phase === "waiting" || this.state?.kind !== "open") return;
    const now = performance.now();
    if (this.asking === null && now - this.#touched < TOUCH_MS) return;
    this.#touched = now;
    this.asking = null;
    void ipc.touchKiosk(true).catch((thrown: unknown) => (this.failure = asFailure(thrown)));
  }

  /** Somebody came. */
  begin(): void {
    if (this.phase !== "waiting") return;
    this.phase = this.#begun();
    this.touch();
  }

  choose(language: Language): void {
    void studio.change({ language });
    i18n.choose(language);
    this.phase = "there";
    this.touch();
  }

  /** For the next one, at once. */
  async startOver(): Promise<void> {
    try {
      await ipc.restartKiosk();
    } catch (thrown) {
      this.failure = asFailure(thrown);
    }
  }

  /** Why it is not left; nothing where it is. */
  async leave(passcode: string): Promise<Failure | null> {
    try {
      await ipc.leaveKiosk(passcode);
      return null;
    } catch (thrown) {
      return asFailure(thrown);
    }
  }
}
