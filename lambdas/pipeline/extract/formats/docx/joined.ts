import { all, attribute, children, find } from "../../archive/walk.ts";
import type { Element } from "../../archive/xml.ts";

/**
 * The elements of a container, paragraphs put together that show as one: the large first letter,
 * which stands in a frame of its own, with the rest of its word, and those whose end was deleted
 * with the next one.
 */
export function* joinedParagraphs(container: Element): Generator<Element> {
  let held: Element[] = [];
  for (const child of children(container)) {
    if (child.name === "p") {
      held.push(child);
      if (isDropCap(child) || isEndDeleted(child)) continue;
    }
    // Bookmarks and marks of proofing may stand between two paragraphs.
    if (held.length > 0 && (child.name === "p" || child.children.length > 0)) {
      yield joined(held);
      held = [];
    }
    if (child.name !== "p") yield child;
  }
  if (held.length > 0) yield joined(held);
}

function isDropCap(paragraph: Element): boolean {
  const kind = attribute(find(paragraph, "pPr", "framePr"), "dropCap");
  return kind === "drop" || kind === "margin";
}

/** Whether the change that is tracked makes one paragraph of it and the next. */
function isEndDeleted(paragraph: Element): boolean {
  const mark = find(paragraph, "pPr", "rPr");
  return find(mark, "del") !== undefined || find(mark, "moveFrom") !== undefined;
}

/** The whole is of the kind of the last one, whose end stays, unless that has nothing to show. */
function joined(paragraphs: readonly Element[]): Element {
  const last = paragraphs.at(-1);
  const [first] = paragraphs;
  if (first === undefined || last === undefined || first === last) return first ?? nothing;
  const kind =
    paragraphs.findLast((one) => !isDropCap(one) && all(one, "t").next().done !== true) ?? last;
  const content = paragraphs.flatMap((one) =>
    isDropCap(one) && one !== last ? contentOf(one).map(unadorned) : contentOf(one),
  );
  return { ...last, children: [...children(kind, "pPr"), ...content] };
}

const nothing: Element = { name: "p", attributes: {}, children: [] };

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
