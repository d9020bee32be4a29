// What a screen reader is told without being asked: one polite live region for the window.
class Announcer {
  message = $state("");
  #toggle = false;

  say(message: string): void {
    // The same words twice would not be announced again: an invisible space makes them differ.
    this.#toggle = !this.#toggle;
    this.message = this.#toggle ? message : `${message}\u200b`;
  }
}

export const announcer = new Announcer();
