// What is wrong with where things are; each function runs in the page.

/** Controls that lie over each other, or of which something else takes the clicks. */
export function covered(): string[] {
  const selector = "a[href], button, input, textarea, select, summary, [role=button], [role=tab], [role=slider], [role=switch], [role=combobox]";
  const name = (element: Element) => `${element.tagName.toLowerCase()}[${element.getAttribute("data-testid") ?? element.getAttribute("aria-label") ?? element.textContent?.trim().slice(0, 30)}]`;
  const found: string[] = [];
  // What a dialog has made inert is not for clicking.
  const modal = document.querySelector("dialog[open], [role=dialog][aria-modal=true]");
  const root: ParentNode = modal ?? document;
  for (const control of root.querySelectorAll<HTMLElement>(selector)) {
    const style = getComputedStyle(control);
    const box = control.getBoundingClientRect();
    if (!control.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }) || style.pointerEvents === "none" || style.opacity === "0" || box.width < 2 || box.height < 2) continue;
    if ((control as HTMLButtonElement).disabled || control.closest("[inert], [aria-hidden=true]")) continue;
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) continue;
    // Scrolled out of its pane, it is out of sight, not covered.
    let hidden = false;
    for (let pane = control.parentElement; pane !== null; pane = pane.parentElement) {
      const around = getComputedStyle(pane);
      if (around.overflowX === "visible" && around.overflowY === "visible") continue;
      const frame = pane.getBoundingClientRect();
      hidden ||= x < frame.left || x > frame.right || y < frame.top || y > frame.bottom;
    }
    if (hidden) continue;
    const top = document.elementFromPoint(x, y);
    if (top === null) continue;
    // A foot that stays while its pane scrolls: what is under it comes out by scrolling.
    let foot: Element | null = top;
    while (foot !== null && getComputedStyle(foot).position !== "sticky") foot = foot.parentElement;
    if (foot?.parentElement?.contains(control) && !foot.contains(control)) continue;
    const label = (control as HTMLInputElement).labels?.[0];
    // What opened over the page, and goes away by Esc.
    const floats = top.closest("[data-bits-floating-content-wrapper]");
    if (floats !== null && !floats.contains(control)) continue;
    if (control.contains(top) || top.contains(control) || label?.contains(top)) continue;
    // A slider's thumb lies over the track that it belongs to.
    if (top.closest("label")?.contains(control)) continue;
    found.push(`${name(control)} under ${name(top)}`);
  }
  return found;
}

/** Words that are cut off: by a box that neither scrolls nor shows an ellipsis, or by the window. */
export function clipped(): string[] {
  const found: string[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const text = node.textContent?.trim() ?? "";
    const parent = node.parentElement;
    if (text === "" || parent === null || parent.closest(".visually-hidden, .skip, [aria-hidden=true], script, style, svg")) continue;
    // Neither what is hidden nor what a closed disclosure holds.
    if (!parent.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true })) continue;
    range.selectNodeContents(node);
    const words = range.getBoundingClientRect();
    if (words.width === 0 || words.height === 0) continue;
    const line = `"${text.slice(0, 40)}"`;
    let scrolls = false;
    for (let box: HTMLElement | null = parent; box !== null && !scrolls; box = box.parentElement) {
      const style = getComputedStyle(box);
      if (style.position === "fixed" && box === parent) break;
      // Only heard.
      scrolls = style.clipPath.startsWith("inset(50%");
      if (scrolls) break;
      scrolls = /auto|scroll/.test(style.overflowX + style.overflowY) && (box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1);
      if (scrolls || style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none") {
        scrolls = true;
        break;
      }
      const clips = /hidden|clip/.test(style.overflowX + style.overflowY);
      const frame = box.getBoundingClientRect();
      if (clips && frame.width > 1 && (words.right > frame.right + 2 || words.left < frame.left - 2 || words.bottom > frame.bottom + 3 || words.top < frame.top - 3)) {
        found.push(`${line} by .${box.className}`);
        break;
      }
    }
    if (!scrolls && (words.right > innerWidth + 1 || words.left < -1 || words.bottom > innerHeight + 1)) found.push(`${line} by the window`);
  }
  return [...new Set(found)];
}

/** Chinese text whose last line is a single character, with or without a mark behind it. */
export function alone(): string[] {
  const inline = (element: Element) => /^(inline|contents)$/.test(getComputedStyle(element).display);
  const blocks = new Map<Node, Text[]>();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (parent === null || node.textContent?.trim() === "" || parent.closest(".visually-hidden, .skip, [aria-hidden=true], script, style, svg, pre, textarea")) continue;
    if (!parent.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true })) continue;
    let block: Element = parent;
    while (inline(block) && block.parentElement !== null) block = block.parentElement;
    // Cut off after some lines by an ellipsis, its last line is not seen.
    if (getComputedStyle(block).webkitLineClamp !== "none" && block.scrollHeight > block.clientHeight + 1) continue;
    // In a row of boxes, each run of text is one of its own.
    const key = block === parent && /flex|grid/.test(getComputedStyle(block).display) ? node : block;
    blocks.set(key, [...(blocks.get(key) ?? []), node as Text]);
  }
  const found: string[] = [];
  const range = document.createRange();
  for (const texts of blocks.values()) {
    let [letters, top, height] = ["", 0, 0];
    let broke = false;
    for (const text of [...texts].reverse()) {
      for (let at = text.data.length - 1; at >= 0 && !broke && letters.length < 2; at--) {
        if (text.data[at]?.trim() === "") continue;
        range.setStart(text, at);
        range.setEnd(text, at + 1);
        const box = range.getClientRects()[0];
        if (box === undefined || box.height === 0) continue;
        if (height === 0) [top, height] = [box.top, box.height];
        broke = top - box.top > height / 2;
        if (!broke && /[\p{L}\p{N}]/u.test(text.data[at]!)) letters = text.data[at] + letters;
      }
    }
    if (broke && /^\p{Script=Han}$/u.test(letters)) found.push(`"${texts.map((text) => text.data).join("").trim().slice(-40)}" leaves ${letters} alone`);
  }
  return [...new Set(found)];
}

/** What has the focus, whether a person sees where it is, and whether it had it before: a dialog is walked in a circle. */
export function focus(): { name: string; seen: boolean; ring: boolean; again: boolean } {
  const element = document.activeElement;
  if (element === null || element === document.body) return { name: "body", seen: true, ring: true, again: false };
  const again = element.hasAttribute("data-walked");
  element.setAttribute("data-walked", "");
  const box = element.getBoundingClientRect();
  const seen = box.width > 0 && box.height > 0 && box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight;
  const rings = (candidate: Element) => {
    const style = getComputedStyle(candidate);
    if (candidate instanceof SVGElement && style.stroke !== "none") return true;
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  };
  // A control without a look of its own may show the focus on the box or the label around it.
  const ring = rings(element) || (element.parentElement !== null && rings(element.parentElement)) || [...element.children].some(rings) || (element.nextElementSibling !== null && rings(element.nextElementSibling));
  const path = element.getAttribute("data-testid") ?? element.getAttribute("aria-label") ?? element.textContent?.trim().slice(0, 30) ?? "";
  return { name: `${element.tagName.toLowerCase()}[${path}]`, seen, ring, again };
}
