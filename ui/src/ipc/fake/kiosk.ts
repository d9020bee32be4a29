// A kiosk in miniature: the file is in memory, and the passcode is "open sesame".
import type { Kiosk, KioskEvent, KioskFile, KioskShown, KioskState } from "../index";
import { failures } from "./world";

type To<E> = { onmessage: (event: E) => void };

const shown: KioskShown = { places: ["text", "image"], lessons: [], cards: true, freeWords: false, languages: ["en", "zh"], attract: true, volume: 0.7 };
const file: KioskFile = { path: "/home/ada/.local/share/quartet/kiosk.toml", exists: false, kiosk: null, problems: [], autostart: false };

export class FakeKiosk {
  state: KioskState = { kind: "off" };
  file: KioskFile = { ...file };
  #events: To<KioskEvent> | null = null;

  /** As the demo's address says: `?kiosk=open`, `closed`, `shut`, `quiet` (without the attract loop). */
  constructor(kind: string | null = null) {
    if (kind === "open" || kind === "quiet") this.state = { kind: "open", shown: { ...shown, attract: kind === "open" } };
    if (kind === "shut") this.state = { kind: "shut", languages: ["en", "zh"], opens: { day: "mon", time: "09:00" } };
    if (kind === "closed") this.state = { kind: "closed", problems: [{ file: "kiosk.toml", line: 6, message: { en: "there is no field `idelSeconds` here; there are: schema, places, lessons, cards, freeWords, models, languages, idleSeconds, passcode, works, volume, attract, hours", zh: "这里没有字段 `idelSeconds`；可用的有：schema、places、lessons、cards、freeWords、models、languages、idleSeconds、passcode、works、volume、attract、hours" } }] };
  }

  tell(event: KioskEvent): void {
    this.#events?.onmessage(event);
  }

  /** What a command answers; undefined: it is none of a kiosk's. */
  answer(command: string, parameters: Record<string, unknown>): unknown {
    switch (command) {
      case "kiosk_state":
        return this.state;
      case "watch_kiosk":
        this.#events = parameters["events"] as To<KioskEvent>;
        return null;
      case "leave_kiosk":
        if (parameters["passcode"] !== "open sesame") throw failures.passcode;
        return null;
      case "kiosk_file":
        return this.file;
      case "save_kiosk": {
        const kiosk = parameters["kiosk"] as Kiosk;
        return (this.file = { ...this.file, exists: true, kiosk: { ...kiosk, passcode: parameters["passcode"] === null ? kiosk.passcode : "$argon2id$" } });
      }
      case "autostart_kiosk":
        return (this.file = { ...this.file, autostart: parameters["on"] as boolean });
      case "touch_kiosk":
      case "restart_kiosk":
      case "begin_kiosk":
        return null;
      default:
        return undefined;
    }
  }
}
