// What lessons are about, in the order in which they are listed.
import BookOpen from "@lucide/svelte/icons/book-open";
import Factory from "@lucide/svelte/icons/factory";
import Lightbulb from "@lucide/svelte/icons/lightbulb";
import ShieldAlert from "@lucide/svelte/icons/shield-alert";
import Split from "@lucide/svelte/icons/split";
import type { Lesson } from "../ipc";

export const topics: readonly Lesson["topic"][] = ["basics", "limits", "industry", "craft", "risks"];

export const icons: Record<Lesson["topic"], typeof BookOpen> = { basics: Lightbulb, limits: Split, industry: Factory, craft: BookOpen, risks: ShieldAlert };
