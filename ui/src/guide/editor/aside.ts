// What goes on while the editor stands aside, and what came of it.
import type { Act } from "../../ipc";

/** What has the window meanwhile. */
export interface Aside {
  readonly kind: "recording" | "pointing" | "shown";
  /** The editor is to be back. */
  end: () => void;
}

/** What was done, and whether it is to become a step. */
export interface Did {
  act: Act;
  ticked: boolean;
}
