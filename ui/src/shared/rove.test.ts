// One stop of the Tab key among many buttons.
import { describe, expect, it } from "vitest";
import { rove } from "./rove";

describe("roving", () => {
  it("leaves one stop, walks by arrows, and takes up what comes later", async () => {
    document.body.innerHTML = "<ol><li><button>a</button><button>b</button></li></ol>";
    const holder = document.querySelector("ol") as HTMLElement;
    const end = rove(holder);
    const stops = () => [...holder.querySelectorAll("button")].map((button) => button.tabIndex);
    const press = (key: string) => document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    expect(stops()).toEqual([0, -1]);
    holder.querySelector("button")?.focus();
    press("ArrowRight");
    expect(document.activeElement?.textContent).toBe("b");
    expect(stops()).toEqual([-1, 0]);
    holder.insertAdjacentHTML("beforeend", "<li><button>c</button></li>");
    await Promise.resolve();
    expect(stops()).toEqual([-1, 0, -1]);
    press("End");
    expect(document.activeElement?.textContent).toBe("c");
    holder.lastElementChild?.remove();
    await Promise.resolve();
    expect(stops()).toEqual([0, -1]);
    if (end) end();
  });
});
