// The scripted engine's class packs: a stick with some models and a lesson, whole or with a file that was changed.
import type { CheckedItem, ClassPackEvent, ClassPackInstalled, ClassPackOrder, ClassPackPlan, Fate, Installed, MadePack, ModelSummary, PackContents, PackItem, PackKind, Used } from "../index";
import type { Failure } from "../bindings";
import { pause, type Script } from "./job";
import { failures } from "./world";

const commands = new Set([
  "own_class_pack", "open_class_pack", "verify_class_pack", "use_class_pack", "install_class_pack", "plan_class_pack", "make_class_pack", "stop_class_pack",
  "choose_class_pack_place", "choose_installers",
]); // prettier-ignore

const BEATS = 6;
const PIECES = 4;
const SPEED = 29_400_000;

const item = (kind: PackKind, id: string, en: string, zh: string, bytes: number): PackItem => ({ kind, id, name: { en, zh }, bytes });
const items: PackItem[] = [
  item("model", "qwen2.5-coder-0.5b-instruct", "Qwen2.5 Coder 0.5B", "通义千问 2.5 Coder 0.5B", 604_000_000),
  item("model", "kokoro", "Kokoro", "Kokoro", 122_000_000),
  item("model", "glyph", "Glyph", "Glyph", 126_000_000),
  item("lesson", "rain", "What does it know of rain?", "它了解下雨吗？", 12_000),
  item("app", "linux-x64", "Quartet for linux-x64, runs from the stick", "Quartet（linux-x64），可直接从 U 盘运行", 118_000_000),
];
const folder = "/media/ada/CLASS/quartet-class-pack";
const total = items.reduce((sum, { bytes }) => sum + bytes, 0);
const contents: PackContents = { folder, made: "2026-11-30T12:00:00Z", version: "0.1.0", items, bytes: total };

const changed: Failure = {
  code: "classPackChanged",
  message: { en: "A file of the class pack is not the one that was packed: models/kokoro/model.onnx.", zh: "课堂包中的一个文件与打包时不同：models/kokoro/model.onnx。" },
  nextStep: { en: "Do not use it. Copy the pack again from where it came, or make it again.", zh: "请不要使用。请从来源处重新复制课堂包，或重新制作。" },
  detail: "sha256 6f0b",
};

type To = { onmessage: (event: ClassPackEvent) => void };

export class FakeClassPacks {
  #turn = 0;

  constructor(private readonly host: { readonly script: Script; readonly models: ModelSummary[] }) {}

  answers(command: string): boolean {
    return commands.has(command);
  }

  answer(command: string, parameters: Record<string, unknown>): unknown {
    const events = parameters["events"] as To;
    switch (command) {
      case "own_class_pack":
        return this.host.script.stick === "own" ? contents : null;
      case "open_class_pack":
        if (this.host.script.stick === "none") throw failures.noPack;
        return { ...contents, folder: parameters["folder"] };
      case "verify_class_pack":
        return this.#verify(events);
      case "use_class_pack":
        return this.#use(events);
      case "install_class_pack":
        return this.#install(events);
      case "plan_class_pack":
        return this.#plan(parameters["order"] as ClassPackOrder, parameters["packages"] as string[]);
      case "make_class_pack":
        return this.#make(parameters["path"] as string, events);
      case "choose_class_pack_place":
        return folder;
      case "choose_installers":
        return ["/home/ada/Downloads/quartet_0.1.0_amd64.deb"];
      default:
        this.#turn += 1;
        return null;
    }
  }

  #bad(one: PackItem): boolean {
    return this.host.script.stick === "tampered" && one.id === "kokoro";
  }

  /** Reads things piece by piece, and tells of each; a newer reading, or a stop, ends it. */
  async #read(things: readonly PackItem[], events: To, each: (one: PackItem) => void): Promise<void> {
    const turn = ++this.#turn;
    const sum = things.reduce((all, { bytes }) => all + bytes, 0);
    let done = 0;
    for (const [index, one] of things.entries()) {
      for (let piece = 0; piece < PIECES; piece += 1) {
        do {
          await pause(this.host.script.beat * BEATS);
          if (this.#turn !== turn) throw failures.cancelled;
        } while (this.host.script.holdAfter !== null && index >= this.host.script.holdAfter);
        done += one.bytes / PIECES;
        const path = `${one.kind}s/${one.id}/model.onnx`;
        events.onmessage({ kind: "progress", progress: { done, total: sum, bytesPerSecond: SPEED, secondsLeft: (sum - done) / SPEED, path } });
      }
      each(one);
    }
  }

  async #verify(events: To) {
    const checked: CheckedItem[] = [];
    await this.#read(items, events, (one) => {
      const found = { item: one, whole: !this.#bad(one) };
      checked.push(found);
      events.onmessage({ kind: "checked", checked: found });
    });
    const wrong = items.some((one) => this.#bad(one)) ? [changed] : [];
    return { items: checked, wrong, extra: wrong.length > 0 ? ["games.exe"] : [], files: 41, bytes: total };
  }

  async #use(events: To): Promise<Used> {
    const used: Used = { models: [], wrong: [] };
    await this.#read(items.filter(({ kind }) => kind === "model"), events, (one) => {
      if (this.#bad(one)) return used.wrong.push(changed);
      const model = { item: one, id: one.id, already: false };
      events.onmessage({ kind: "used", used: model });
      return used.models.push(model);
    });
    return used;
  }

  async #install(events: To): Promise<ClassPackInstalled> {
    const installed: Installed = { items: [], wrong: [], notes: [] };
    await this.#read(items, events, (one) => {
      const bad = this.#bad(one);
      if (bad) installed.wrong.push(changed);
      const fate: Fate = bad ? "refused" : one.kind === "app" && installed.wrong.length > 0 ? "notTrusted" : "installed";
      const made = { item: one, fate, place: null };
      installed.items.push(made);
      events.onmessage({ kind: "installed", installed: made });
    });
    return { installed, failure: installed.wrong[0] ?? null };
  }

  #plan(order: ClassPackOrder, packages: string[]): ClassPackPlan {
    const models = this.host.models.filter(({ id }) => order.models.includes(id)).map((model) => item("model", model.id, model.name.en, model.name.zh, model.bytes));
    const app = order.portable ? items.filter(({ kind }) => kind === "app") : [];
    const installers = packages.map((path) => item("package", path, path, path, 98_000_000));
    const all = [...models, ...app, ...installers];
    if (all.length === 0) throw failures.emptyPack;
    return { items: all, bytes: all.reduce((sum, { bytes }) => sum + bytes, 0), leftOut: [] };
  }

  async #make(path: string, events: To): Promise<MadePack> {
    await this.#read(items, events, () => undefined);
    return { folder: path, files: 41, bytes: total, leftOut: [] };
  }
}
