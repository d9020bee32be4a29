import { afterEach, expect, it, vi } from "vitest";
import { pastedPicture } from "./clipboard";

const picture = new Blob(["png"], { type: "image/png" });

function pasting(files: File[], types: string[]) {
  const preventDefault = vi.fn();
  const event = { clipboardData: { files, types }, preventDefault } as unknown as ClipboardEvent;
  return { event, preventDefault };
}

function clipboard(read: () => Promise<unknown[]>) {
  Object.defineProperty(navigator, "clipboard", { value: { read }, configurable: true });
}

afterEach(() => void Reflect.deleteProperty(navigator, "clipboard"));

it("takes the picture that the event carries", async () => {
  const file = new File([picture], "cat.png", { type: "image/png" });
  const { event, preventDefault } = pasting([file], ["Files"]);
  expect(await pastedPicture(event)).toBe(file);
  expect(preventDefault).toHaveBeenCalled();
});

it("reads the clipboard where the event tells of nothing", async () => {
  clipboard(() => Promise.resolve([{ types: ["image/png"], getType: () => Promise.resolve(picture) }]));
  const file = await pastedPicture(pasting([], []).event);
  expect(file?.type).toBe("image/png");
});

it("leaves words alone, and a clipboard that may not be read", async () => {
  const { event, preventDefault } = pasting([], ["text/plain"]);
  expect(await pastedPicture(event)).toBeNull();
  expect(preventDefault).not.toHaveBeenCalled();
  clipboard(() => Promise.reject(new Error("not allowed")));
  expect(await pastedPicture(pasting([], []).event)).toBeNull();
});
