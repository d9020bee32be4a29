import { describe, expect, it } from "vitest";
import { blocks, blockToHtml, holdsCode, plainText, sanitize } from "./markdown";

const html = (source: string) => blocks(source).map(blockToHtml).join("\n");

function dom(source: string): HTMLElement {
  const element = document.createElement("div");
  element.innerHTML = html(source);
  return element;
}

describe("Markdown from a model", () => {
  it("renders the usual", () => {
    const element = dom("# Title\n\nSome **bold** and `code`.\n\n1. one\n2. two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> said");
    expect(element.querySelector("h3")?.textContent).toBe("Title");
    expect(element.querySelector("strong")?.textContent).toBe("bold");
    expect(element.querySelectorAll("ol li")).toHaveLength(2);
    expect(element.querySelectorAll("td")).toHaveLength(2);
    expect(element.querySelector("blockquote")).not.toBeNull();
  });

  it("finds code in lists, and code that is still being written", () => {
    expect(blocks("- a\n\n  ```py\n  x\n  ```").some(holdsCode)).toBe(true);
    expect(blocks("```python\nprint(1)")[0]).toMatchObject({ type: "code", lang: "python", text: "print(1)" });
    expect(blocks("- a\n- b").some(holdsCode)).toBe(false);
  });

  it.each([
    ["a script", "<script>alert(1)</script>"],
    ["an event handler", '<img src=x onerror="alert(1)">'],
    ["a handler in a block", '<div onclick="alert(1)">x</div>'],
    ["an svg", '<svg><g onload="alert(1)"/></svg>'],
    ["a frame", '<iframe src="https://example.org"></iframe>'],
    ["a style", "<style>body{display:none}</style>"],
    ["a form", '<form action="https://example.org"><input name=q><button>go</button></form>'],
    ["a javascript link", "[x](javascript:alert(1))"],
    ["an encoded javascript link", "[x](&#106;avascript:alert(1))"],
    ["a data link", "[x](data:text/html;base64,PHNjcmlwdD4=)"],
    ["an outside picture", "![tracker](https://example.org/pixel.png)"],
    ["a picture with a broken-out title", '![x](y "><script>alert(1)</script>")'],
    ["a reference to the outside", "[x][1]\n\n[1]: https://example.org"],
    ["an autolink", "<https://example.org>"],
    ["nested nonsense", "<math><mtext><table><mglyph><style><img src onerror=alert(1)>"],
    ["a broken tag", "<scr<script>ipt>alert(1)</scr</script>ipt>"],
    ["a base", '<base href="https://example.org">'],
    ["a meta refresh", '<meta http-equiv="refresh" content="0;url=https://example.org">'],
    ["a heading with a handler", '# <b onmouseover="alert(1)">x</b>'],
    ["a table with a handler", "| <img src=x onerror=alert(1)> |\n|---|\n| x |"],
  ])("disarms %s", (_name, source) => {
    const element = dom(source);
    expect(element.querySelector("script, img, svg, iframe, style, form, input, button, a, base, meta, math, object, embed, link")).toBeNull();
    for (const node of element.querySelectorAll("*")) {
      for (const attribute of node.attributes) expect(["start", "align"]).toContain(attribute.name);
    }
  });

  it("shows raw HTML as the text it is", () => {
    expect(dom("Use <button> here").textContent).toContain("<button>");
  });

  it("shows where a link points, without following it", () => {
    const element = dom("[docs](https://example.org/a?b=1&c=2)");
    expect(element.textContent).toContain("docs");
    expect(element.textContent).toContain("https://example.org/a?b=1&c=2");
  });

  it("lets nothing else through the sanitiser", () => {
    expect(sanitize('<p style="color:red" class="x" id="y" data-z="1" aria-label="w">t</p>')).toBe("<p>t</p>");
  });

  it("stands deep nesting, lone surrogates, NUL and right-to-left text", () => {
    expect(() => html(`${"> ".repeat(400)}deep`)).not.toThrow();
    expect(() => html(`${"- ".repeat(200)}deep`)).not.toThrow();
    expect(() => html("\ud800 \u0000 \u202Eabc مرحبا")).not.toThrow();
  });
});

describe("spoken text", () => {
  const code = (lines: number) => `(code, ${lines})`;
  it("has no marks, and says of code how long it is", () => {
    expect(plainText("# Title\n\nSome **bold** `word`.\n\n- one\n- two\n\n```python\na = 1\nb = 2\n```", code)).toBe("Title Some bold word. one two (code, 2)");
    expect(plainText("| A | B |\n|---|---|\n| 1 | 2 |", code)).toBe("A B 1 2");
    expect(plainText("<b>not bold</b>", code)).toContain("not bold");
  });
});
