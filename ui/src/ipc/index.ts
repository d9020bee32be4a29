// The one door to the back end: every command as a promise that resolves to its value
// or rejects with a FailureError. Nothing else imports the generated bindings.
import { Channel } from "@tauri-apps/api/core";
import { commands } from "./bindings";
import type * as wire from "./bindings";
import type { Settings, TextJobEvent, WorksQuery } from "./bindings";

export type * from "./bindings";

/** A failure of the engine, or one that only the window can have ("unreachable"). */
export type Failure = Omit<wire.Failure, "code"> & { code: string };

// The engine fills in what a request leaves out, so the generated types let it be left out.
// Here requests are sent whole, and what the engine tells of them is whole.
export type TextParameters = Required<wire.TextParameters>;
export type TextRequest = Required<Omit<wire.TextRequest, "parameters">> & { parameters: TextParameters };
export type TextModelInfo = Omit<wire.TextModelInfo, "defaults"> & { defaults: TextParameters };
export type WorkDetail = Omit<wire.WorkDetail, "request"> & { request: TextRequest | null };

/** A failure as the back end describes it, thrown. */
export class FailureError extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message.en);
    this.name = "FailureError";
  }
}

function isFailure(value: unknown): value is Failure {
  return typeof value === "object" && value !== null && "code" in value && "message" in value && "nextStep" in value;
}

/** Any thrown thing as a Failure, so that a card can always be shown. */
export function asFailure(thrown: unknown): Failure {
  if (thrown instanceof FailureError) return thrown.failure;
  if (isFailure(thrown)) return thrown;
  const detail = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return {
    code: "unreachable",
    message: {
      en: "The studio's engine did not understand or did not answer.",
      zh: "工作室的引擎没有应答，或没有听懂请求。",
    },
    nextStep: {
      en: "Try again. If it stays, restart Quartet; your library is safe on disk.",
      zh: "请重试。若仍如此，请重新启动 Quartet；作品库安全地保存在磁盘上。",
    },
    detail,
  };
}

type Outcome<T> = { status: "ok"; data: T } | { status: "error"; error: Failure };

async function unwrap<T>(outcome: Promise<Outcome<T> | T>): Promise<T> {
  let settled: Outcome<T> | T;
  try {
    settled = await outcome;
  } catch (thrown) {
    throw new FailureError(asFailure(thrown));
  }
  if (typeof settled === "object" && settled !== null && "status" in settled) {
    if (settled.status === "ok") return settled.data;
    throw new FailureError(settled.error);
  }
  return settled as T;
}

function channelTo(listen: (event: TextJobEvent) => void): Channel<TextJobEvent> {
  const channel = new Channel<TextJobEvent>();
  channel.onmessage = listen;
  return channel;
}

export const ipc = {
  appState: () => unwrap(commands.appState()),
  models: () => unwrap(commands.models()),
  addModel: (path: string) => unwrap(commands.addModel(path)),
  removeModel: (id: string) => unwrap(commands.removeModel(id)),
  verifyModel: (id: string) => unwrap(commands.verifyModel(id)),
  loadText: (model: string, listen: (event: TextJobEvent) => void) =>
    unwrap(commands.loadText(model, channelTo(listen))) as Promise<TextModelInfo>,
  startText: (model: string, request: TextRequest, listen: (event: TextJobEvent) => void) =>
    unwrap(commands.startText(model, request, channelTo(listen))),
  cancel: (job: number) => unwrap(commands.cancel(job)),
  tokenize: (model: string, text: string) => unwrap(commands.tokenize(model, text)),
  nextToken: (model: string, request: TextRequest, top: number) => unwrap(commands.nextToken(model, request, top)),
  works: (query: WorksQuery) => unwrap(commands.works(query)),
  openWork: (id: string) => unwrap(commands.openWork(id)) as Promise<WorkDetail>,
  removeWork: (id: string) => unwrap(commands.removeWork(id)),
  restoreWork: (id: string) => unwrap(commands.restoreWork(id)),
  exportWork: (id: string, path: string) => unwrap(commands.exportWork(id, path)),
  settings: () => unwrap(commands.settings()),
  saveSettings: (settings: Settings) => unwrap(commands.saveSettings(settings)),
  vitals: () => unwrap(commands.vitals()),
  chooseFolder: () => unwrap(commands.chooseFolder()),
  chooseExport: (suggested: string) => unwrap(commands.chooseExport(suggested)),
};
