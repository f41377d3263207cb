import { Parser } from "htmlparser2";
import type { Element } from "../../archive/xml.ts";
import { type Bounds, hold } from "../../bounds.ts";

/** Elements whose content a reader of the page does not see. */
const unseen = new Set([
  "script",
  "style",
  "noscript",
  "template",
  "iframe",
  "object",
  "embed",
  "canvas",
  "audio",
  "video",
  "svg",
  "map",
  "datalist",
  "nav",
  // How the signs beside them are read aloud: within a word, it would hide the word from a search.
  "rt",
  "rp",
]);
/**
 * Deeper elements become neighbours of the one at this depth: their text stays,
 * and no later step can run out of stack.
 */
const maxDepth = 150;
/** The parser's own list of open elements takes time that grows with its square. */
const maxOpen = 50_000;

/** The page as a tree, without what is not shown. */
export function htmlTree(html: string, bounds: Bounds): { root: Element; title: string } {
  const root: Element = { name: "#root", attributes: {}, children: [] };
  const stack: Element[] = [root];
  let depth = 0;
  /** Depth of the outermost unseen element that is open. */
  let unseenAt: number | undefined;
  let title: string | undefined;
  let isTitle = false;
  const handler = {
    onopentag(name: string, attributes: Readonly<Record<string, string>>) {
      depth += 1;
      hold(depth, maxOpen, "elements within each other");
      isTitle = name === "title" && title === undefined && unseenAt === undefined;
      if (unseenAt !== undefined) return;
      if (isTitle || unseen.has(name) || isHidden(name, attributes)) {
        unseenAt = depth;
        return;
      }
      const element: Element = { name, attributes, children: [] };
      (stack[Math.min(stack.length, maxDepth) - 1] ?? root).children.push(element);
      stack.push(element);
    },
    ontext(text: string) {
      if (isTitle) title = (title ?? "") + text;
      if (unseenAt === undefined)
        (stack[Math.min(stack.length, maxDepth) - 1] ?? root).children.push(text);
    },
    onclosetag() {
      if (unseenAt === undefined) stack.pop();
      else if (unseenAt === depth) {
        unseenAt = undefined;
        isTitle = false;
      }
      depth -= 1;
    },
  };
  // Programs that write XML close what is empty by itself, as in `<title/>`: to go by HTML's letter,
  // it would hold all that follows.
  const parser = new Parser(handler, { recognizeSelfClosing: true });
  // Piece by piece, so that the bounds hold while it grows.
  for (let at = 0; at < html.length; at += 65_536) parser.write(html.slice(at, at + 65_536));
  parser.end();
  hold(root.children.length, bounds.maxCells, "elements");
  return { root, title: (title ?? "").replaceAll(/\s+/gu, " ").trim() };
}

function isHidden(name: string, attributes: Readonly<Record<string, string>>): boolean {
  // Wikipedia hides its formulas behind pictures of them.
  if (/\bmwe-math-mathml/u.test(attributes["class"] ?? "")) return false;
  if (attributes["hidden"] !== undefined && attributes["hidden"] !== "until-found") return true;
  if (/(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)/iu.test(attributes["style"] ?? ""))
    return true;
  if (attributes["role"] === "navigation") return true;
  // A dialog shows nothing until a script or its attribute opens it.
  if (name === "dialog" && attributes["open"] === undefined) return true;
  // A second rendering for the eye only, as formulas and icons have.
  return attributes["aria-hidden"] === "true" && ["span", "i", "b", "a", "sup"].includes(name);
}
