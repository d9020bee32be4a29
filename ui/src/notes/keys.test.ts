// The keys of the notes.
import { expect, it } from "vitest";
import { actOf } from "./keys";

const key = (name: string, init: KeyboardEventInit = {}) => actOf(new KeyboardEvent("keydown", { key: name, ...init }));

it("are those of the stage", () => {
  const acts = ["PageDown", "ArrowRight", "PageUp", "ArrowLeft", "b", "B", ".", "Escape", "r"].map((name) => key(name)?.act);
  expect(acts).toEqual(["next", "next", "back", "back", "black", "black", "black", "leave", "again"]);
});

it("leave to the page what is not theirs, and do not repeat", () => {
  expect([key("a"), key(" "), key("Enter"), key("b", { ctrlKey: true }), key("PageDown", { repeat: true }), key("ArrowRight", { altKey: true })]).toEqual([null, null, null, null, null, null]);
});
