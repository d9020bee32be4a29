// What comes from strangers and is only to be seen: names in sentences, things dropped on the window.

/** A name inside a sentence, whatever direction it is written in: the words around it keep theirs. */
export function isolated(name: string): string {
  return `\u2068${name}\u2069`;
}

/**
 * What is dropped where nothing takes it would otherwise replace the page, a file as well as a link. Words may
 * still be dropped into a field.
 */
export function refuseStrayDrops(window: Window): void {
  const refuse = (event: DragEvent) => {
    const carriesFiles = event.dataTransfer?.types.includes("Files") ?? true;
    const field = event.target instanceof Element && event.target.closest("input, textarea, [contenteditable]") !== null;
    if (carriesFiles || !field) event.preventDefault();
  };
  window.addEventListener("dragover", refuse);
  window.addEventListener("drop", refuse);
}
