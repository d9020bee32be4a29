import { describe, expect, it } from "vitest";
import { isolated, refuseStrayDrops } from "./strangers";

describe("what strangers bring", () => {
  refuseStrayDrops(window);

  function dropped(type: "dragover" | "drop", on: Element, types: string[]): boolean {
    const event = new Event(type, { bubbles: true, cancelable: true });
    Object.assign(event, { dataTransfer: { types, files: [] } });
    on.dispatchEvent(event);
    return event.defaultPrevented;
  }

  it("does not take the page away when it is dropped", () => {
    document.body.innerHTML = "<main><p>words</p><textarea></textarea></main>";
    const [words, field] = [document.querySelector("p")!, document.querySelector("textarea")!];
    for (const type of ["dragover", "drop"] as const) {
      for (const types of [["Files"], ["text/uri-list", "text/plain"], ["text/html"], []]) expect(dropped(type, words, types)).toBe(true);
      expect(dropped(type, field, ["Files"])).toBe(true);
      expect(dropped(type, field, ["text/plain"])).toBe(false);
    }
  });

  it("keeps its direction to itself", () => {
    expect(isolated("نموذج")).toBe("\u2068نموذج\u2069");
  });
});
