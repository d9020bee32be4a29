// The lesson that is written, for the parts of its editor.
import { getContext, setContext } from "svelte";
import type { Writing } from "./writing.svelte";

const KEY = Symbol("writing");

/** A new lesson has a new editor: it never changes. */
export const provide = (writing: Writing): Writing => setContext(KEY, writing);

export const writingHere = (): Writing => getContext<Writing>(KEY);

/** The id of a field's control, by its place in the lesson. */
export const fieldId = (path: readonly (string | number)[]): string => `edit-${path.join("-")}`;
