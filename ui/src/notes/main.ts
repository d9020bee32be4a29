// The presenter's notes: a page of its own, which loads nothing of the studio but how it looks.
import { mount } from "svelte";
import "../app.css";
import { toldFirst } from "../ipc/window";
import { refuseStrayDrops } from "../shared/strangers";
import { applyTextScale, applyTheme, followWindowSize } from "../shared/theme";
import NotesPage from "./NotesPage.svelte";

refuseStrayDrops(window);
const { language = null, theme = "system", textScale = 0 } = toldFirst();
applyTheme(theme);
applyTextScale(textScale);
followWindowSize();

const target = document.getElementById("app");
// notes.html has it; without it there is no window to speak of.
if (!target) throw new Error("notes.html lacks #app");
mount(NotesPage, { target, props: { told: language } });
