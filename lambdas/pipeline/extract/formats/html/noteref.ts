import { attribute, children, textOf } from "../../archive/walk.ts";
import type { Element } from "../../archive/xml.ts";
import type { Style } from "../../document/blocks.ts";

/** Those in brackets stand apart from their word as they are. */
const label = /^(?:(?:note |nb |n )?\d{1,4}|[a-z]|[ivxlcdm]{1,7})$/iu;

/**
 * The number of the note that a link leads to: one that says so, or that stands raised and leads to
 * a place in a page. Text with a link of its own, such as a word of a glossary, is none.
 */
export function noteNumber(anchor: Element, style: Style): string | undefined {
  const href = attribute(anchor, "href")?.trim() ?? "";
  const types = `${attribute(anchor, "epub:type") ?? ""} ${attribute(anchor, "role") ?? ""}`;
  const isNamed = /(?:^|\s)(?:doc-)?noteref(?:\s|$)/iu.test(types);
  const leadsToPlace = /#./u.test(href) && !/^(?:[a-z][\w+.-]*:|\/\/)/iu.test(href);
  const isRaised = style.raised === true || holdsRaised(anchor);
  if (!isNamed && !(leadsToPlace && isRaised)) return undefined;
  const shown = textOf(anchor).replaceAll(/\s+/gu, " ").trim();
  return label.exec(shown)?.[0].replaceAll(" ", "-");
}

/** Whether all that an element shows is raised. */
function holdsRaised(element: Element): boolean {
  const [only, ...more] = children(element);
  const hasText = element.children.some(
    (child) => typeof child === "string" && child.trim() !== "",
  );
  if (only === undefined || more.length > 0 || hasText) return false;
  return only.name === "sup" || holdsRaised(only);
}
