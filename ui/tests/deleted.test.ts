// A result that was deleted in the library while a stage still shows it.
import { waitFor } from "@testing-library/svelte";
import { tick } from "svelte";
import { describe, expect, it } from "vitest";
import { jobs } from "../src/ipc/job.svelte";
import type { Afoot } from "../src/ipc/job.svelte";
import { Shelf } from "../src/views/library/shelf.svelte";
import { answered, find, get, go, openWindow, query, type } from "./window";

const makes: Record<string, () => Promise<{ note: string; save: string }>> = {
  text: async () => {
    await type(get("prompt"), "Name three teas.");
    get("send").click();
    await answered();
    return { note: "answer-0-took", save: "answer-0-save" };
  },
  image: async () => {
    await go("image");
    await type(await find("image-prompt"), "cat");
    get("image-draw").click();
    return { note: "image-took", save: "image-save" };
  },
  audio: async () => {
    await go("audio");
    await type(await find("speak-text"), "Green tea is hot.");
    get("speak-start").click();
    return { note: "speak-took", save: "speak-save" };
  },
  video: async () => {
    await go("video");
    (await find("video-example-story")).click();
    return { note: "video-took", save: "video-save" };
  },
};

describe.each(Object.entries(makes))("what was deleted of %s", (_name, make) => {
  it("is not called kept on the stage, is not offered to be saved, and comes back with Undo", async () => {
    await openWindow({ pictures: true });
    const ended = jobs.onend;
    let works: string[] = [];
    jobs.onend = (job: Afoot, phase) => {
      if (job.place !== null && "works" in job) works = job.works as string[];
      ended(job, phase);
    };
    const { note, save } = await make();
    await find(save);
    await waitFor(() => expect(works.length).toBeGreaterThan(0));
    expect(query(note)?.textContent ?? "").not.toContain("Deleted");
    const shelf = new Shelf();
    await shelf.remove(works, "");
    await tick();
    expect(get(note).textContent).toContain("Recently deleted");
    expect(get(note).textContent).not.toContain("Kept");
    expect(query(save)).toBeNull();
    await shelf.restore(works);
    await find(save);
    await shelf.purge(works);
    await waitFor(() => expect(get(note).textContent).toContain("Deleted from the library"));
    expect(query(save)).toBeNull();
  });
});
