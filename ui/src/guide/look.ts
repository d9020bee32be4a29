// Lifts a named part of the window (`data-anchor`) while the rest steps back: see app.css. Nothing is covered.
import { layout } from "../shared/layout.svelte";

/** The part may come later, or be made anew; returns how to let go. */
export function lift(name: string): () => void {
  const root = document.documentElement;
  if (name.startsWith("inside.")) layout.inside = true;
  const mark = () => {
    // Of several answers, the last one is what is talked about.
    const wanted = [...document.querySelectorAll<HTMLElement>("[data-anchor]")].findLast((one) => one.dataset["anchor"] === name);
    for (const one of document.querySelectorAll("[data-looked]")) if (one !== wanted) one.removeAttribute("data-looked");
    if (!wanted) return;
    wanted.setAttribute("data-looked", "");
    // What comes in above would push it out of view again.
    if (!touched) wanted.scrollIntoView({ block: "nearest" });
  };
  let touched = false;
  const touch = () => (touched = true);
  const hands = ["wheel", "touchmove", "pointerdown"] as const;
  for (const hand of hands) addEventListener(hand, touch, { passive: true });
  root.dataset["looking"] = name;
  mark();
  const observer = new MutationObserver(mark);
  observer.observe(document.body, { childList: true, subtree: true });
  return () => {
    observer.disconnect();
    for (const hand of hands) removeEventListener(hand, touch);
    delete root.dataset["looking"];
    for (const one of document.querySelectorAll("[data-looked]")) one.removeAttribute("data-looked");
  };
}
