// Starts the window. Nothing is awaited before the first paint.
import { mount } from "svelte";
import App from "./App.svelte";
import "./app.css";
import { applyLanguage, applyTheme } from "./shared/appearance";
import { refuseStrayDrops } from "./shared/strangers";

refuseStrayDrops(window);
applyTheme("system");
applyLanguage();

const target = document.getElementById("app");
// index.html has it; without it there is no window to speak of.
if (!target) throw new Error("index.html lacks #app");
mount(App, { target });
