// Many small buttons that are one stop of the Tab key: arrows walk among them (words, steps).
import type { Attachment } from "svelte/attachments";

const steps: Record<string, (at: number, last: number) => number> = {
  ArrowRight: (at, last) => Math.min(last, at + 1),
  ArrowDown: (at, last) => Math.min(last, at + 1),
  ArrowLeft: (at) => Math.max(0, at - 1),
  ArrowUp: (at) => Math.max(0, at - 1),
  Home: () => 0,
  End: (_at, last) => last,
};

/** For what holds the buttons. The one that had the focus last is the stop; the first one until then. */
export const rove: Attachment<HTMLElement> = (holder) => {
  const all = () => [...holder.querySelectorAll<HTMLButtonElement>("button")];
  let stop: HTMLElement | null = null;

  function settle() {
    const buttons = all();
    if (!stop || !holder.contains(stop)) stop = buttons[0] ?? null;
    for (const button of buttons) {
      const wanted = button === stop ? 0 : -1;
      if (button.getAttribute("tabindex") !== String(wanted)) button.tabIndex = wanted;
    }
  }

  function focused(event: FocusEvent) {
    if (!(event.target instanceof HTMLButtonElement)) return;
    stop = event.target;
    settle();
  }

  function key(event: KeyboardEvent) {
    const step = steps[event.key];
    if (!step || event.ctrlKey || event.altKey || event.metaKey || !(event.target instanceof HTMLButtonElement)) return;
    const buttons = all();
    event.preventDefault();
    buttons[step(buttons.indexOf(event.target), buttons.length - 1)]?.focus();
  }

  settle();
  // Words arrive while they are spoken, steps while they are drawn.
  const observer = new MutationObserver(settle);
  observer.observe(holder, { childList: true, subtree: true });
  holder.addEventListener("focusin", focused);
  holder.addEventListener("keydown", key);
  return () => {
    observer.disconnect();
    holder.removeEventListener("focusin", focused);
    holder.removeEventListener("keydown", key);
  };
};
