// The notes of the scripted engine. In the demo the two pages are two tabs of a browser, and this is what the shell is
// between two windows.
import type { NotesAct, NotesEvent, NotesState } from "../index";
import { failures } from "./world";

interface To<E> {
  onmessage: (event: E) => void;
}

type Sent = { to: "page"; state: NotesState } | { to: "main"; event: NotesEvent };

export class FakeNotes {
  #main: To<NotesEvent> | null = null;
  #page: To<NotesState> | null = null;
  /** As it was shown last. */
  state: NotesState | null = null;
  /** The system opens no window. */
  fails = false;
  readonly #tabs = import.meta.env.MODE === "demo" && typeof BroadcastChannel === "function" ? new BroadcastChannel("quartet-notes") : null;

  constructor() {
    this.#tabs?.addEventListener("message", ({ data }: MessageEvent<Sent>) => this.#receive(data));
  }

  answers(command: string): boolean {
    return ["open_notes", "close_notes", "present_notes", "watch_notes", "notes_act"].includes(command);
  }

  answer(command: string, parameters: Record<string, unknown>): null {
    switch (command) {
      case "open_notes":
        if (this.fails) throw failures.notes;
        this.#main = parameters["events"] as To<NotesEvent>;
        // In a test the window is there at once; in the demo its page tells so.
        if (this.#tabs) window.open(`notes.html${location.search}`, "quartet-notes", "popup,width=1180,height=760");
        else this.tell({ kind: "ready" });
        break;
      case "close_notes":
        this.tell({ kind: "closed" });
        break;
      case "present_notes":
        this.state = parameters["state"] as NotesState;
        this.#send({ to: "page", state: this.state });
        break;
      case "watch_notes":
        this.#page = parameters["states"] as To<NotesState>;
        if (this.#tabs) addEventListener("pagehide", () => this.#send({ to: "main", event: { kind: "closed" } }));
        this.#send({ to: "main", event: { kind: "ready" } });
        break;
      case "notes_act":
        this.#send({ to: "main", event: { kind: "pressed", pressed: parameters["pressed"] as NotesAct } });
        break;
    }
    return null;
  }

  /** As if it came from the other window. */
  tell(event: NotesEvent): void {
    this.#main?.onmessage(event);
  }

  #send(sent: Sent): void {
    if (this.#tabs) this.#tabs.postMessage(sent);
    else this.#receive(sent);
  }

  #receive(sent: Sent): void {
    if (sent.to === "page") this.#page?.onmessage(sent.state);
    else this.tell(sent.event);
  }
}
