// The scripted engine's library: lists, the bin, favourites, collections, posters, packs.
import type { Failure } from "../bindings";
import type { Collection, Modality, Packed, PackProgress, Storage, Work, WorkDetail, WorksQuery } from "../index";
import { type FakeHost, pause } from "./job";
import { failures, pictureRecipe, textWork } from "./world";

/** What every new work has. */
export const fresh = { favourite: false, excerpt: "", removedAt: null, problem: null } as const;

const commands = new Set([
  "works", "work_ids", "open_work", "work_file", "work_poster", "remove_works", "restore_works", "purge_works", "set_favourite",
  "collections", "collections_of", "create_collection", "rename_collection", "remove_collection", "collect", "uncollect",
  "storage", "export_pack", "stop_pack", "export_work",
]); // prettier-ignore

interface Held {
  id: number;
  name: string;
  works: Set<string>;
}

export class FakeLibrary {
  #collections: Held[] = [];
  #ids = 0;
  #stopped = false;

  constructor(private readonly host: FakeHost) {}

  answers(command: string): boolean {
    return commands.has(command);
  }

  answer(command: string, parameters: Record<string, unknown>): unknown {
    const ids = (parameters["ids"] ?? parameters["works"] ?? []) as string[];
    const id = parameters["id"] as string & number;
    switch (command) {
      case "works": {
        const query = parameters["query"] as WorksQuery;
        const found = this.#found(query);
        return { total: found.length, works: found.slice(query.offset, query.offset + query.limit).map((one) => one.work) };
      }
      case "work_ids":
        return this.#found(parameters["query"] as WorksQuery).map((one) => one.work.id);
      case "open_work":
        return this.#work(id);
      case "work_file":
        return this.#work(id).work.modality === "image" || this.#work(id).work.modality === "video" ? painted(id, 480, 480) : new ArrayBuffer(0);
      case "work_poster":
        return this.#poster(id);
      case "remove_works":
        return this.#change(ids, { removedAt: new Date().toISOString() });
      case "restore_works":
        return this.#change(ids, { removedAt: null });
      case "purge_works":
        this.host.works = this.host.works.filter((one) => !ids.includes(one.work.id));
        return null;
      case "set_favourite":
        return this.#change(ids, { favourite: parameters["favourite"] as boolean });
      case "storage":
        return this.#storage();
      case "export_pack":
        return this.#pack(ids, parameters["events"] as { onmessage: (event: PackProgress) => void });
      case "stop_pack":
        this.#stopped = true;
        return null;
      case "export_work":
        return null;
      default:
        return this.#collecting(command, parameters, ids);
    }
  }

  #collecting(command: string, parameters: Record<string, unknown>, works: string[]): unknown {
    const { id, name } = parameters as { id: number; name: string };
    const held = this.#collections.find((one) => one.id === id);
    switch (command) {
      case "collections":
        return this.#collections.map((one) => this.#told(one)).sort((a, b) => a.name.localeCompare(b.name));
      case "collections_of":
        return this.#collections.filter((one) => one.works.has(parameters["work"] as string)).map((one) => one.id);
      case "create_collection": {
        const same = this.#collections.find((one) => one.name.toLowerCase() === name.trim().toLowerCase());
        if (same) return this.#told(same);
        const made = { id: ++this.#ids, name: name.trim(), works: new Set<string>() };
        this.#collections.push(made);
        return this.#told(made);
      }
      case "rename_collection":
        if (this.#collections.some((one) => one.id !== id && one.name === name)) throw { ...failures.notAModel, code: "collectionName" } satisfies Failure;
        if (held) held.name = name;
        return null;
      case "remove_collection":
        this.#collections = this.#collections.filter((one) => one !== held);
        return { name: held?.name ?? "", works: [...(held?.works ?? [])] };
      case "collect":
        works.forEach((work) => held?.works.add(work));
        return null;
      default:
        works.forEach((work) => held?.works.delete(work));
        return null;
    }
  }

  #told({ id, name, works }: Held): Collection {
    return { id, name, works: this.host.works.filter((one) => works.has(one.work.id) && one.work.removedAt === null).length };
  }

  #found({ search, modality, shelf, order }: WorksQuery): WorkDetail[] {
    if (this.host.script.emptyLibrary) return [];
    const held = shelf.kind === "collection" ? this.#collections.find((one) => one.id === shelf.id)?.works : null;
    const words = search.toLowerCase().split(/\s+/);
    const found = this.host.works.filter(({ work, content }) => {
      if ((work.removedAt !== null) !== (shelf.kind === "deleted")) return false;
      if (shelf.kind === "favourites" && !work.favourite) return false;
      if (shelf.kind === "collection" && !held?.has(work.id)) return false;
      if (modality !== null && work.modality !== modality) return false;
      return words.every((word) => `${work.title} ${content}`.toLowerCase().includes(word));
    });
    const newest = (a: Work, b: Work) => (a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : 0);
    const kinds: Modality[] = ["text", "image", "audio", "video"];
    const orders: Record<typeof order, (a: Work, b: Work) => number> = {
      newest,
      oldest: (a, b) => -newest(a, b),
      title: (a, b) => a.title.localeCompare(b.title),
      kind: (a, b) => kinds.indexOf(a.modality) - kinds.indexOf(b.modality) || newest(a, b),
      favourites: (a, b) => Number(b.favourite) - Number(a.favourite) || newest(a, b),
    };
    return found.sort((a, b) => orders[order](a.work, b.work));
  }

  #work(id: string): WorkDetail {
    const found = this.host.works.find((one) => one.work.id === id && one.work.removedAt === null);
    if (!found) throw { ...failures.notAModel, code: "workUnknown" } satisfies Failure;
    return found;
  }

  #change(ids: string[], change: Partial<Work>): null {
    this.host.works = this.host.works.map((one) => (ids.includes(one.work.id) ? { ...one, work: { ...one.work, ...change } } : one));
    return null;
  }

  #poster(id: string): ArrayBuffer {
    const work = this.host.works.find((one) => one.work.id === id)?.work;
    if (work?.modality === "audio") {
      const seed = hash(id) % 40;
      const columns = Array.from({ length: 96 }, (_, column) => Math.round(12 + 104 * Math.abs(Math.sin((column + seed) / 5) * Math.sin((column + seed) / 23))));
      return new Int8Array(columns.flatMap((high) => [-high, high])).buffer;
    }
    return work?.modality === "text" ? new ArrayBuffer(0) : painted(id, 96, 72);
  }

  #storage(): Storage {
    const none = () => ({ works: 0, bytes: 0 });
    const storage: Storage = { text: none(), image: none(), audio: none(), video: none(), deleted: none(), otherBytes: 640_000 };
    for (const { work } of this.host.script.emptyLibrary ? [] : this.host.works) {
      const kind = work.removedAt === null ? storage[work.modality] : storage.deleted;
      kind.works += 1;
      kind.bytes += work.bytes;
    }
    return storage;
  }

  async #pack(ids: string[], events: { onmessage: (event: PackProgress) => void }): Promise<Packed> {
    this.#stopped = false;
    for (let done = 0; done < ids.length; done += 1) {
      events.onmessage({ done, total: ids.length });
      await pause(this.host.script.beat);
      if (this.#stopped) throw failures.cancelled;
    }
    return { works: ids.length, bytes: 120_000 * ids.length, leftOut: [] };
  }
}

function hash(id: string): number {
  let value = 7;
  for (const letter of id) value = (value * 31 + letter.charCodeAt(0)) % 65_521;
  return value;
}

/** A picture as a bitmap, which needs no encoder: a hill before a sky, in colours of its own. */
function painted(id: string, width: number, height: number): ArrayBuffer {
  const seed = hash(id);
  const stride = Math.ceil((width * 3) / 4) * 4;
  const bytes = new Uint8Array(54 + stride * height);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, 54, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, width, true);
  view.setInt32(22, height, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  const [sky, hill] = [(seed * 3) % 90, (seed * 7) % 110];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [u, v] = [x / width, y / height];
      const ground = v < 0.3 + 0.12 * Math.sin(u * 5 + seed);
      const sun = Math.hypot(u - 0.2 - (seed % 60) / 100, (v - 0.72) * (height / width)) < 0.09;
      const colour = sun ? [120, 220, 255] : ground ? [60 + hill / 2, 120 + hill, 90 + v * 120] : [255 - sky, 215 - v * sky, 150 + (1 - v) * 90 + sky / 5];
      bytes.set(colour.map(Math.round), 54 + y * stride + x * 3);
    }
  }
  return bytes.buffer;
}

const subjects: [Modality, string, string][] = [
  ["image", "A lighthouse above a green sea", "一座山坡上的小屋，清晨"],
  ["text", "Explain the water cycle to year four", "给四年级讲讲水循环"],
  ["audio", "Good morning, and welcome to the museum.", "大家早上好，欢迎来到博物馆。"],
  ["video", "A tree through the four seasons", "一棵树的四季"],
  ["image", "Red apple, watercolour", "红苹果，水彩"],
  ["audio", "Cheerful · G major · 4/4 · Piano", "欢快 · G 大调 · 4/4 拍 · 钢琴"],
  ["text", "Write an invitation to the summer fair", "写一份学校运动会的邀请函"],
  ["video", "Sun to moon over the village", "村庄上空，日落月升"],
];
const contents: [string, string] = [
  "# Where the rain comes from\n\nThe sun warms the sea. **Water** rises as vapour, cools, and becomes clouds. When the drops are heavy enough they fall: as rain, snow or hail.\n\n- It runs into rivers.\n- Rivers run into the sea.",
  "# 雨从哪里来\n\n太阳晒热海面，**水**变成看不见的水蒸气升上天空，遇冷变成云。小水滴越聚越大，就落下来成了雨。\n\n- 雨水流进江河。\n- 江河流进大海。",
];

/** A library of so many works of all kinds. */
export function manyWorks(count: number): WorkDetail[] {
  return Array.from({ length: count }, (_, index) => {
    const [modality, english, chinese] = subjects[index % subjects.length] ?? ["text", "", ""];
    const isChinese = index % 3 === 1;
    const number = index < subjects.length * 2 ? "" : ` ${Math.floor(index / subjects.length)}`;
    const title = (isChinese ? chinese : english) + number;
    const createdAt = new Date(Date.UTC(2026, 5, 1, 9) - index * 4_700_000).toISOString();
    const text = textWork(`many-${index}`, title, createdAt, contents[isChinese ? 1 : 0]);
    if (modality === "text") return { ...text, work: { ...text.work, favourite: index % 7 === 1 } };
    const bytes = { image: 180_000, audio: 900_000, video: 2_400_000 }[modality];
    const work: Work = { ...text.work, ...fresh, modality, bytes, favourite: index % 5 === 0, model: { image: "glyph", audio: "hibari-en", video: "glyph" }[modality] };
    const ending = { image: "png", audio: "wav", video: "webp" }[modality];
    return { work, content: title, recipe: JSON.stringify({ model: work.model, seed: 1000 + index, prompt: title }, null, 2), made: modality === "image" ? pictureRecipe(work) : null, file: `/home/ada/.local/share/quartet/works/${work.id}.${ending}` };
  });
}
