// Tokens as a person can read them: what is invisible in a token gets a sign.
import { i18n } from "../../i18n/index.svelte";

/** On a chip or a bar: spaces and line breaks visible. */
export function visiblePiece(piece: string): string {
  if (piece === "") return i18n.t.textInside.endOfAnswer;
  return piece.replace(/\n/g, "↵").replace(/\t/g, "⇥").replace(/^ +| +$/g, (spaces) => "␣".repeat(spaces.length));
}

/** For a screen reader: invisible tokens by name. */
export function spokenPiece(piece: string): string {
  if (piece === "") return i18n.t.textInside.endOfAnswer;
  if (/^\n+$/.test(piece)) return i18n.t.textInside.newline;
  return piece.trim() === "" ? i18n.t.textInside.space : piece.trim();
}
