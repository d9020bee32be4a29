import { describe, expect, it } from "vitest";
import { add, begin, edit, length, MOST_SCENES, move, record, redo, remove, scene, trouble, undo } from "./scenes";

const named = (...names: string[]) => names.map((name) => scene(name));
const prompts = (scenes: readonly { prompt: string }[]) => scenes.map((one) => one.prompt).join("");

describe("a storyboard", () => {
  it("takes scenes in anywhere, as long as the one before, and eight at most", () => {
    const two = [scene("a", 2.5), scene("b")];
    const three = add(two, 0);
    expect([prompts(three), three[1]?.seconds]).toEqual(["ab", 2.5]);
    expect(prompts(add(two, -1))).toBe("ab");
    expect(add(two, -1)[0]?.prompt).toBe("");
    let many: readonly ReturnType<typeof scene>[] = two;
    for (let index = 0; index < 20; index += 1) many = add(many);
    expect(many.length).toBe(MOST_SCENES);
    expect(new Set(many.map((one) => one.id)).size).toBe(MOST_SCENES);
  });

  it("keeps one scene whatever is removed", () => {
    const [a, b] = named("a", "b");
    const left = remove([a!, b!], a!.id);
    expect(prompts(left)).toBe("b");
    expect(remove(left, b!.id)).toBe(left);
  });

  it("keeps what a scene was taken for until its words change", () => {
    const [dog] = [scene("a dog", 1, { kind: "thing", english: "dog", colour: null })];
    expect(edit([dog!], dog!.id, { seconds: 2 })[0]!.subject).toEqual(dog!.subject);
    expect(edit([dog!], dog!.id, { prompt: "a cat" })[0]!.subject).toEqual({ kind: "words" });
    expect(scene("a dog", 1, null).subject).toBeNull();
  });

  it("moves scenes, to the ends at most, and tells when nothing moved", () => {
    const scenes = named("a", "b", "c", "d");
    const [first, second] = scenes;
    expect(prompts(move(scenes, first!.id, 2))).toBe("bcad");
    expect(prompts(move(scenes, second!.id, 0))).toBe("bacd");
    expect(prompts(move(scenes, second!.id, 99))).toBe("acdb");
    expect(move(scenes, first!.id, -5)).toBe(scenes);
    expect(move(scenes, 12_345, 0)).toBe(scenes);
  });

  it("holds seconds within what can be filmed", () => {
    const [one] = named("a");
    const seconds = (value: number) => edit([one!], one!.id, { seconds: value })[0]?.seconds;
    expect([0, 0.26, 3.14159, 1e9, Number.NaN].map(seconds)).toEqual([0.2, 0.3, 3.1, 60, 1]);
    expect(edit([one!], one!.id, { prompt: "z" })).toMatchObject([{ prompt: "z", seconds: 1 }]);
  });

  it("says why there is no film in it", () => {
    expect(trouble(named("a", " "))).toBe("empty");
    expect(trouble([scene("a", 60), scene("b", 60), scene("c", 1)])).toBe("long");
    const whole = [scene("a", 1.5), scene("b", 0.5)];
    expect([trouble(whole), length(whole)]).toEqual([null, 2]);
  });
});

describe("the way back", () => {
  it("goes back and forth, and a new change forgets what was taken back", () => {
    let history = begin("a");
    history = record(history, "b");
    history = record(history, "c");
    history = undo(history);
    expect(history.now).toBe("b");
    expect(redo(history).now).toBe("c");
    history = record(history, "d");
    expect([redo(history).now, undo(history).now, undo(undo(undo(history))).now]).toEqual(["d", "b", "a"]);
  });

  it("takes a word back whole, but not two words of two scenes", () => {
    let history = begin("");
    for (const text of ["r", "re", "red"]) history = record(history, text, "prompt 1");
    for (const text of ["red b", "red bl"]) history = record(history, text, "prompt 2");
    expect(undo(history).now).toBe("red");
    expect(undo(undo(history)).now).toBe("");
    // After going back, the same subject begins anew.
    history = record(undo(history), "red!", "prompt 2");
    expect(undo(history).now).toBe("red");
  });

  it("does not count what changed nothing, nor grow without end", () => {
    let history = begin(0);
    expect(record(history, 0)).toBe(history);
    for (let step = 1; step < 500; step += 1) history = record(history, step);
    expect(history.past.length).toBe(100);
  });
});
