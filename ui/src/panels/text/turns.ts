// The conversation walked turn by turn, as a presenter's remote does.

/** Brings the turn after (1) or before (-1) the one at the top of the page into view; false where there is none. */
export function stepTurn(direction: 1 | -1): boolean {
  const page = document.querySelector<HTMLElement>("[data-testid='conversation']");
  if (!page) return false;
  const top = page.getBoundingClientRect().top;
  const turns = [...page.querySelectorAll<HTMLElement>("[data-testid^='turn-']")];
  /** Of the page's padding. */
  const NEAR_PX = 60;
  const below = (turn: HTMLElement) => turn.getBoundingClientRect().top - top;
  const target = direction === 1 ? turns.find((turn) => below(turn) > NEAR_PX) : turns.findLast((turn) => below(turn) < -1);
  if (!target) return false;
  target.scrollIntoView({ block: "start" });
  return true;
}
