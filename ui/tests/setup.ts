// What jsdom lacks of a browser, and clean-up between tests.
import { cleanup, configure } from "@testing-library/svelte";
import { afterEach } from "vitest";

// Patience for a busy machine; a passing test never waits this long.
configure({ asyncUtilTimeout: 45_000 });

class Observer {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

// Wide enough for compose, stage and inside side by side.
window.innerWidth = 1600;

globalThis.ResizeObserver ??= Observer as unknown as typeof ResizeObserver;
globalThis.IntersectionObserver ??= Observer as unknown as typeof IntersectionObserver;
window.matchMedia ??= ((query: string) => ({
  matches: false,
  media: query,
  addEventListener() {},
  removeEventListener() {},
  addListener() {},
  removeListener() {},
  dispatchEvent: () => false,
  onchange: null,
})) as typeof window.matchMedia;
Element.prototype.scrollTo ??= function scrollTo() {};
Element.prototype.scrollIntoView ??= function scrollIntoView() {};
Element.prototype.animate ??= (() => ({ cancel() {}, finished: Promise.resolve() })) as unknown as Element["animate"];
// axe asks for a canvas to look at icon fonts; jsdom would only complain about it.
HTMLCanvasElement.prototype.getContext = () => null;
HTMLDialogElement.prototype.showModal ??= function showModal(this: HTMLDialogElement) {
  this.open = true;
};
HTMLDialogElement.prototype.close ??= function close(this: HTMLDialogElement) {
  this.open = false;
  this.dispatchEvent(new Event("close"));
};

afterEach(() => cleanup());
