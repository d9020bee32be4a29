// The form on which a kiosk is set up.
import { asFailure, ipc, type Failure, type Kiosk, type KioskFile } from "../ipc";

export const PLACES = ["text", "image", "audio", "video", "library"] as const;
export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const SHORTEST = 6;

type Hours = Kiosk["hours"][number];
/** What keeps it from being saved, as its words are called. */
export type Wrong = "nothing" | "nothingToPress" | "noLanguage" | "differ" | "short" | "needed";

const fresh: Kiosk = { schema: 1, places: ["text", "image"], lessons: [], cards: true, freeWords: false, models: [], languages: ["en", "zh"], idleSeconds: 90, passcode: "", works: "wipe", volume: 0.7, attract: true, hours: [] };

export class KioskForm {
  /** Null until it is known what there is. */
  kiosk = $state.raw<Kiosk | null>(null);
  file = $state.raw<KioskFile | null>(null);
  failure = $state.raw<Failure | null>(null);
  passcode = $state("");
  again = $state("");
  saved = $state(false);
  busy = $state(false);

  readonly hasPasscode: boolean = $derived((this.kiosk?.passcode ?? "") !== "");
  readonly wrong: Wrong | null = $derived.by(() => {
    const { kiosk, passcode, again } = this;
    if (!kiosk) return null;
    if (kiosk.places.length === 0 && kiosk.lessons.length === 0) return "nothing";
    if (kiosk.places.length > 0 && !kiosk.cards && !kiosk.freeWords) return "nothingToPress";
    if (kiosk.languages.length === 0) return "noLanguage";
    if (passcode !== "" && [...passcode].length < SHORTEST) return "short";
    if (passcode !== again) return "differ";
    return passcode === "" && !this.hasPasscode ? "needed" : null;
  });

  async load(): Promise<void> {
    await this.#do(async () => this.#take(await ipc.kioskFile()));
    this.kiosk ??= fresh;
  }

  change(part: Partial<Kiosk>): void {
    this.saved = false;
    if (this.kiosk) this.kiosk = { ...this.kiosk, ...part };
  }

  hours(at: number, part: Partial<Hours>): void {
    this.change({ hours: (this.kiosk?.hours ?? []).map((one, index) => (index === at ? { ...one, ...part } : one)) });
  }

  async save(): Promise<boolean> {
    const { kiosk, passcode } = this;
    if (!kiosk || this.wrong) return false;
    return this.#do(async () => {
      this.#take(await ipc.saveKiosk(kiosk, passcode === "" ? null : passcode));
      Object.assign(this, { passcode: "", again: "", saved: true });
    });
  }

  async begin(): Promise<void> {
    if (await this.save()) await this.#do(() => ipc.beginKiosk());
  }

  async autostart(on: boolean): Promise<void> {
    await this.#do(async () => (this.file = await ipc.autostartKiosk(on)));
  }

  #take(file: KioskFile): void {
    this.file = file;
    if (file.kiosk) this.kiosk = file.kiosk;
  }

  /** Whether it was done. */
  async #do(act: () => Promise<unknown>): Promise<boolean> {
    this.busy = true;
    this.failure = null;
    try {
      await act();
      return true;
    } catch (thrown) {
      this.failure = asFailure(thrown);
      return false;
    } finally {
      this.busy = false;
    }
  }
}
