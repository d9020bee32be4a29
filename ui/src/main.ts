// Starts the window. Nothing is awaited before the first paint.
import { mount } from "svelte";
import App from "./App.svelte";
import "./app.css";
import { i18n } from "./i18n/index.svelte";
import { asFailure } from "./ipc";
import { isKiosk, toldFirst } from "./ipc/window";
import { applyLanguage, applyTextScale, applyTheme } from "./shared/appearance";
import { refuseStrayDrops } from "./shared/strangers";

refuseStrayDrops(window);
const { language = null, theme = "system", textScale = 0 } = toldFirst();
i18n.choose(language);
applyTheme(theme);
applyLanguage();
applyTextScale(textScale);

const target = document.getElementById("app");
// index.html has it; without it there is no window to speak of.
if (!target) throw new Error("index.html lacks #app");
if (isKiosk()) {
  // Its window shows nothing rather than everything.
  void import("./kiosk/Kiosk.svelte").then(
    (kiosk) => mount(kiosk.default, { target }),
    (thrown: unknown) => (target.textContent = i18n.local(asFailure(thrown).message)),
  );
} else mount(App, { target });
