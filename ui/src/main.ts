// Starts the window. Nothing is awaited before the first paint.
import { mount } from "svelte";
import App from "./App.svelte";
import "./app.css";
import { i18n } from "./i18n/index.svelte";
import { toldFirst } from "./ipc/window";
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
mount(App, { target });
