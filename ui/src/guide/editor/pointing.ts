// While the editor stands aside for a part of the window: to be pointed at, or to be seen.
import type { Aside } from "./aside";

const MARK = "data-pointed";

const anchorOf = (target: EventTarget | null): HTMLElement | null => (target instanceof Element ? target.closest<HTMLElement>("[data-anchor]") : null);

/** The next named part that is pressed is the one; what else is pressed does what it always does. */
export class Pointing implements Aside {
  readonly kind = "pointing";
  #marked: HTMLElement | null = null;

  constructor(private readonly found: (anchor: string | null) => void) {
    document.addEventListener("pointerover", this.#over, true);
    document.addEventListener("focusin", this.#over, true);
    document.addEventListener("click", this.#press, true);
  }

  end(): void {
    this.#done(null);
  }

  readonly #over = (event: Event) => this.#mark(anchorOf(event.target));

  readonly #press = (event: Event) => {
    const part = anchorOf(event.target);
    if (!part) return;
    event.preventDefault();
    event.stopPropagation();
    this.#done(part.dataset["anchor"] ?? null);
  };

  #mark(part: HTMLElement | null): void {
    if (part === this.#marked) return;
    this.#marked?.removeAttribute(MARK);
    part?.setAttribute(MARK, "");
    this.#marked = part;
  }

  #done(anchor: string | null): void {
    document.removeEventListener("pointerover", this.#over, true);
    document.removeEventListener("focusin", this.#over, true);
    document.removeEventListener("click", this.#press, true);
    this.#mark(null);
    this.found(anchor);
  }
}

/** A part is lifted, to be looked at. */
export class Shown implements Aside {
  readonly kind = "shown";

  constructor(
    /** The part, for people. */
    readonly name: string,
    private readonly back: () => void,
  ) {}

  end(): void {
    this.back();
  }
}
