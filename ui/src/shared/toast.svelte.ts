// What ended out of view: told, with a way there. It stays until it is seen to or the place is opened.
import { announcer } from "./announcer.svelte";
import type { Place } from "./navigation.svelte";

export interface Toast {
  place: Place;
  message: string;
}

class Toasts {
  current = $state.raw<Toast | null>(null);

  tell(toast: Toast): void {
    this.current = toast;
    announcer.say(toast.message);
  }

  /** A place is in view: what it had to tell is seen. */
  seen(place: Place): void {
    if (this.current?.place === place) this.dismiss();
  }

  dismiss(): void {
    this.current = null;
  }
}

export const toasts = new Toasts();
