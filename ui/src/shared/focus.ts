// Where the focus goes when what had it goes away: never to the document's body, where a keyboard
// would have to begin anew and a screen reader would say nothing.

const TABBABLE = "button:not(:disabled), a[href], input:not(:disabled), select:not(:disabled), textarea:not(:disabled), summary, [tabindex='0']";
/** Regions too large for their first control to be where the eye is. */
const LARGE = "main, .place, .window, .panes, body, html, [data-pane-group], [data-pane]";

const LISTS = "ul, ol, table, tbody, [role='list'], [role='group']";

const shows = (element: Element) => element instanceof HTMLElement && !element.hidden && element.checkVisibility?.() !== false;

const nobody = () => document.activeElement === null || document.activeElement === document.body;

/** Puts the focus on an element that need not be one to press, once. */
export function focusOn(element: HTMLElement | null | undefined): boolean {
  if (!element) return false;
  if (element.tabIndex < 0 && !element.hasAttribute("tabindex")) element.tabIndex = -1;
  element.focus({ preventScroll: element.matches("main") });
  return document.activeElement === element;
}

/** The heading of the place in view, or else its stage. */
export function focusPlace(): boolean {
  const heading = document.querySelector<HTMLElement>(".place h1");
  return focusOn(heading) || focusOn(document.getElementById("stage"));
}

/** How long a place that is opened for the first time may take to be there, and how often it is looked at. */
const TRIES = 200;
const PAUSE_MS = 30;

/** Puts the focus on the first of these, by test id, that is there, or comes to be while it is `wanted`; what folds
 * it away is opened. */
export async function reach(ids: readonly string[], wanted: () => boolean): Promise<void> {
  for (let tries = 0; tries < TRIES && wanted(); tries += 1) {
    const found = ids.map((id) => document.querySelector<HTMLElement>(`[data-testid="${id}"]`)).find((one) => one !== null && !one.matches(":disabled"));
    const fold = found?.closest<HTMLDetailsElement>("details:not([open])");
    if (fold) fold.open = true;
    // A menu that closes puts the focus back to where it was, and then it is taken once more.
    const held = found !== undefined && document.activeElement === found;
    if (held && tries > 1) return;
    if (found) focusOn(found);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  if (wanted()) focusPlace();
}

/** One that had the focus: what it lay in, from the inside out, with its place there. */
interface Path {
  element: Element;
  above: { parent: Element; at: number }[];
}

function pathOf(element: Element): Path {
  const above: Path["above"] = [];
  for (let child = element; child.parentElement; child = child.parentElement) {
    above.push({ parent: child.parentElement, at: [...child.parentElement.children].indexOf(child) });
  }
  return { element, above };
}

/** What took its place or follows it; in a list also what stands before it. Null where the eye goes elsewhere. */
export function nearest({ above }: Path): HTMLElement | null {
  const left = above.find(({ parent }) => parent.isConnected && shows(parent));
  if (!left || left.parent.matches(LARGE)) return null;
  const { parent, at } = left;
  const children = [...parent.children];
  const before = parent.matches(LISTS) ? children.slice(0, at).toReversed() : [];
  for (const child of [...children.slice(at), ...before]) {
    const inside = [child, ...child.querySelectorAll(TABBABLE)].find((one) => one.matches(TABBABLE) && shows(one));
    if (inside instanceof HTMLElement) return inside;
  }
  return null;
}

/** Watches that the focus is never lost. Returns how to stop. */
export function keepFocus(): () => void {
  let last: Path | null = null;
  let asked = false;
  const remember = (event: FocusEvent) => {
    last = event.target instanceof Element ? pathOf(event.target) : null;
  };
  // Who clicks on nothing wants nothing in focus.
  const forget = (event: PointerEvent) => {
    if (event.target instanceof Element && !event.target.closest(`${TABBABLE}, label`)) last = null;
  };
  const rescue = () => {
    asked = false;
    if (!last || !nobody() || document.querySelector("dialog[open]")) return;
    const { element } = last;
    const there = element.isConnected && shows(element) && !(element as HTMLButtonElement).disabled;
    if (there && focusOn(element as HTMLElement)) return;
    const path = last;
    last = null;
    if (!focusOn(nearest(path)) && !focusOn(document.getElementById("stage"))) focusPlace();
  };
  const look = () => {
    if (asked || !last || !nobody()) return;
    asked = true;
    // Whoever took it away may know better where it belongs.
    setTimeout(rescue);
  };
  const observer = new MutationObserver(look);
  observer.observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["disabled", "hidden"] });
  document.addEventListener("focusin", remember);
  document.addEventListener("pointerdown", forget);
  return () => {
    observer.disconnect();
    document.removeEventListener("focusin", remember);
    document.removeEventListener("pointerdown", forget);
  };
}
