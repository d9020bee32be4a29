// A pretend tokeniser and pretend probabilities: plausible shapes, the same every time.
import type { Alternative, Token, TokenPiece } from "../index";

/** FNV-1a, so that a piece always has the same id. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return value >>> 0;
}

const VOCABULARY = 151_936;
const dictionary = new Map<number, string>();

/** Words with their leading space, long ones split; Chinese by one or two characters. */
export function pieces(text: string): TokenPiece[] {
  const rough = text.match(/\n+|[\u4e00-\u9fff]{1,2}|[^\S\n]?[A-Za-z]{1,7}|[^\S\n]?\d{1,3}|[^\S\n]?[^\sA-Za-z\d\u4e00-\u9fff]{1,2}|\s/gu) ?? [];
  return rough.map((piece) => {
    const id = hash(piece) % VOCABULARY;
    dictionary.set(id, piece);
    return { id, piece, special: false };
  });
}

export function pieceOf(id: number): string {
  return dictionary.get(id) ?? "";
}

const english = [" the", " a", " and", " to", " you", " it", " is", " with", " of", " in", " for", " this", " your", " we", " not", " more", " day", " one", " can", ","];
const chinese = ["的", "是", "了", "在", "一", "我们", "你", "有", "和", "不", "也", "这", "会", "可以", "让", "都", "很", "到", "，", "。"];

/** How sure the pretend model is of a piece at a place. */
function certainty(piece: string, place: number): number {
  const roll = (hash(`${piece}:${place % 17}`) % 1000) / 1000;
  if (/^\s*[.,:;)\]}"'`。，：；]/.test(piece)) return 0.55 + 0.44 * roll;
  return roll > 0.45 ? 0.86 + 0.139 * roll : 0.06 + roll * 1.5;
}

export function alternativesFor(piece: TokenPiece, place: number, top: number): { own: number; alternatives: Alternative[] } {
  const own = certainty(piece.piece, place);
  const pool = (/[\u4e00-\u9fff]/.test(piece.piece) ? chinese : english).filter((word) => word !== piece.piece);
  const start = hash(piece.piece) % pool.length;
  const listed: Alternative[] = [{ id: piece.id, piece: piece.piece, logprob: Math.log(own) }];
  let left = (1 - own) * 0.96;
  for (let index = 0; index < Math.min(top + 4, pool.length); index += 1) {
    const word = pool[(start + index) % pool.length] as string;
    const share = left * 0.46;
    left -= share;
    listed.push({ id: pieces(word)[0]?.id ?? 0, piece: word, logprob: Math.log(Math.max(share, 1e-6)) });
  }
  listed.sort((a, b) => b.logprob - a.logprob);
  return { own, alternatives: listed.slice(0, top) };
}

export function tokenOf(piece: TokenPiece, place: number, temperature: number): Token {
  const { own, alternatives } = alternativesFor(piece, place, 5);
  // Filters cut the tail, so what is left is a little likelier.
  const after = temperature === 0 ? 1 : Math.min(1, own ** (1 / (1 + 0.3 * (1 - Math.min(1, temperature)))) * 1.12);
  return { id: piece.id, text: piece.piece, piece: piece.piece, logprob: Math.log(own), chosenLogprob: Math.log(after), alternatives };
}
