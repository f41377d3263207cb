import { attribute, children, find } from "../../archive/walk.ts";
import type { Element } from "../../archive/xml.ts";

/**
 * The elements of a container, paragraphs put together that show as one: the large
 * first letter, which stands in a frame of its own, goes before the rest of its word.
 */
export function* joinedParagraphs(container: Element): Generator<Element> {
  let held: Element | undefined;
  for (const child of children(container)) {
    if (child.name === "p") {
      const whole = held === undefined ? child : joined(held, child);
      held = isDropCap(child) ? whole : undefined;
      if (held === undefined) yield whole;
      continue;
    }
    // Bookmarks and marks of proofing may stand between two paragraphs.
    if (held !== undefined && child.children.length > 0) {
      yield held;
      held = undefined;
    }
    yield child;
  }
  if (held !== undefined) yield held;
}

function isDropCap(paragraph: Element): boolean {
  const kind = attribute(find(paragraph, "pPr", "framePr"), "dropCap");
  return kind === "drop" || kind === "margin";
}

function joined(first: Element, second: Element): Element {
  const lead = isDropCap(first) ? contentOf(first).map(unadorned) : contentOf(first);
  const properties = children(second, "pPr");
  return { ...second, children: [...properties, ...lead, ...contentOf(second)] };
}

function contentOf(paragraph: Element): (Element | string)[] {
  return paragraph.children.filter((child) => typeof child === "string" || child.name !== "pPr");
}

/** A letter in bold or italics would be cut from its word by Markdown's marks. */
function unadorned(node: Element | string): Element | string {
  if (typeof node === "string") return node;
  const kept = node.children.filter(
    (child) =>
      typeof child === "string" ||
      !/^(?:b|i|strike|dstrike)$/u.test(child.name) ||
      node.name !== "rPr",
  );
  return { ...node, children: kept.map(unadorned) };
}
