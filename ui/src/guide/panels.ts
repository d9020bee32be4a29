// The only way from the guide to the panels: loaded when they are needed.
import type { Modality } from "../ipc";
import type { PanelActs } from "../shared/act";

export const panelActs: Record<Modality, () => Promise<PanelActs>> = {
  text: () => import("../panels/text/acts"),
  image: () => import("../panels/image/acts"),
  audio: () => import("../panels/audio/acts"),
  video: () => import("../panels/video/acts"),
};

/** What was asked last in the conversation on the desk of Text. */
export const lastAsked = async (): Promise<string | null> => (await import("../panels/text/acts")).lastAsked();
