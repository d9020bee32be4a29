// Markdown from a model, made safe to show. A model's words are data from a stranger:
// raw HTML is shown as text, links and pictures are never followed, and what marked
// produces still goes through DOMPurify with a short list of tags.
import DOMPurify from "dompurify";
import { Marked, type Token, type Tokens, type TokensList } from "marked";

const ALLOWED_TAGS = [
  "p", "br", "hr", "strong", "em", "del", "code", "pre", "blockquote", "span",
  "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li",
  "table", "thead", "tbody", "tr", "th", "td",
]; // prettier-ignore
const ALLOWED_ATTR = ["start", "align"];

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const marked = new Marked({
  gfm: true,
  breaks: true,
  renderer: {
    html: ({ raw }) => escape(raw),
    image: ({ text, href }) => escape(text || href),
    // The window is offline: an address is shown, not followed.
    link({ tokens, href, text }) {
      const inner = this.parser.parseInline(tokens);
      return text === href ? `<code>${escape(href)}</code>` : `${inner} <code>${escape(href)}</code>`;
    },
    checkbox: ({ checked }) => (checked ? "☑ " : "☐ "),
    // The page has its own h1; an answer's headings start below it.
    heading({ tokens, depth }) {
      const level = Math.min(6, depth + 2);
      return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>`;
    },
  },
});

/** The blocks of a text, without those that show nothing. */
export function blocks(source: string): Token[] {
  return visible(marked.lexer(source));
}

export function visible(tokens: Token[]): Token[] {
  return tokens.filter((token) => token.type !== "space" && token.type !== "def");
}

/** One block as safe HTML. */
export function blockToHtml(token: Token): string {
  const list = Object.assign([token], { links: {} }) as TokensList;
  return sanitize(marked.parser(list));
}

export function sanitize(html: string): string {
  return DOMPurify.sanitize(html, { ALLOWED_TAGS, ALLOWED_ATTR, ALLOW_DATA_ATTR: false, ALLOW_ARIA_ATTR: false });
}

/** As it is spoken: words without their marks. `code` says what stands for a block of so many lines. */
export function plainText(source: string, code: (lines: number) => string): string {
  const page = document.createElement("template");
  const said = blocks(source).map((token) => {
    if (token.type === "code") return code((token as Tokens.Code).text.split("\n").length);
    page.innerHTML = blockToHtml(token).replace(/<\/(li|tr|p|td|th|h\d)>|<br>/g, "$& ");
    return page.content.textContent ?? "";
  });
  return said.join(" ").replace(/\s+/g, " ").trim();
}

/** Whether a code block hides somewhere in this list: then it is laid out part by part, to give it its copy button. */
export function holdsCode(token: Token): boolean {
  if (token.type === "code") return true;
  if (token.type === "list") return (token as Tokens.List).items.some((item) => item.tokens.some(holdsCode));
  return false;
}
