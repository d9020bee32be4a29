// What the markup must not hold: controls of the engine's own where the kit has one, and spaces that
// the compiler takes away.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "svelte/compiler";
import { describe, expect, it } from "vitest";

interface Node {
  type: string;
  name?: string;
  data?: string;
  start: number;
  attributes?: Node[];
  fragment?: { nodes: Node[] };
}

function svelteFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? svelteFiles(path) : path.endsWith(".svelte") ? [path] : [];
  });
}

/** Every node below, with the name of the element that it stands in. */
function walk(node: unknown, visit: (node: Node & Record<string, unknown>) => void): void {
  if (Array.isArray(node)) return node.forEach((child) => walk(child, visit));
  if (typeof node !== "object" || node === null) return;
  if ("type" in node) visit(node as Node & Record<string, unknown>);
  for (const [key, child] of Object.entries(node)) if (key !== "metadata") walk(child, visit);
}

const line = (source: string, at: number) => source.slice(0, at).split("\n").length;

/** Lists, bars and tooltips that every engine draws in its own way, and that a keyboard or a projector does not reach. */
function natives(source: string): string[] {
  const found: string[] = [];
  walk(parse(source, { modern: true }).fragment, (node) => {
    if (node.type !== "RegularElement") return;
    if (["select", "meter", "progress"].includes(node.name ?? "")) found.push(`${line(source, node.start)}: <${node.name}>`);
    if (node.attributes?.some((one) => one.type === "Attribute" && one.name === "title")) found.push(`${line(source, node.start)}: <${node.name} title>`);
  });
  return found;
}

/** Spaces at the edge of an element or a block, which the compiler takes away: `{" "}` stays. */
function lostSpaces(source: string): string[] {
  const found: string[] = [];
  walk(parse(source, { modern: true }).fragment, (node) => {
    if (node.type !== "Fragment") return;
    const { nodes } = node as unknown as { nodes: Node[] };
    const isText = (one: Node | undefined) => one?.type === "Text" || one?.type === "ExpressionTag";
    const [first, last] = [nodes[0], nodes.at(-1)];
    // A line break is only how the source is laid out.
    if (first?.type === "Text" && /^ +(\S|$)/.test(first.data ?? "") && (nodes.length > 1 || first.data?.trim())) found.push(`${line(source, first.start)}: at the beginning`);
    if (last?.type === "Text" && /(^|\S) +$/.test(last.data ?? "") && (last.data?.trim() || isText(nodes.at(-2)))) found.push(`${line(source, last.start)}: at the end`);
  });
  return found;
}

describe("the markup", () => {
  it.each(svelteFiles("src"))("%s has no control of the engine's own and no tooltip that only a mouse reaches", (path) => {
    expect(natives(readFileSync(path, "utf8"))).toEqual([]);
  });

  it.each(svelteFiles("src"))("%s loses no space", (path) => {
    expect(lostSpaces(readFileSync(path, "utf8"))).toEqual([]);
  });

  it("would notice both", () => {
    expect(natives('<p title="x"><select></select></p><Card title="x" />')).toEqual(["1: <p title>", "1: <select>"]);
    expect(lostSpaces("<p><b>{name}: </b>{value}</p>")).toEqual(["1: at the end"]);
    expect(lostSpaces("<p>{a}{#if b} · {b}{/if}</p>")).toEqual(["1: at the beginning"]);
    expect(lostSpaces('<p>{a}{" "}\n  <b>x</b> {b}\n</p>')).toEqual([]);
  });
});
