import type { Relation } from "../../archive/relations.ts";
import { attribute, children, find, isOn, numberOf, prefixed, textOf } from "../../archive/walk.ts";
import type { Element } from "../../archive/xml.ts";
import { type Block, type Inline, plain, type Style, text } from "../../document/blocks.ts";
import type { ListLine } from "../../document/lists.ts";
import { privateShownInFont, shownInFont, symbolFontOf } from "../../document/symbols.ts";
import { latexOf } from "../docx/math.ts";

/** How a shape's paragraphs look where they do not say it themselves, by level. */
export type Bullets = (level: number) => "bullet" | "number" | undefined;

/** Paragraphs of a drawing's text body. */
export function* paragraphsOf(
  body: Element | undefined,
  bullets: Bullets,
  relations: ReadonlyMap<string, Relation>,
): Generator<Block | ListLine> {
  const counters: number[] = [];
  for (const paragraph of children(body, "p")) {
    const properties = find(paragraph, "pPr");
    const level = Math.min(8, Math.max(0, numberOf(attribute(properties, "lvl"), 0)));
    const content = inlinesOf(paragraph, relations);
    if (plain(content).trim() === "") continue;
    const kind = ownBullet(properties) ?? bullets(level) ?? "none";
    if (kind === "none") {
      counters.length = 0;
      yield { kind: "paragraph", content };
      continue;
    }
    if (kind === "bullet") counters.length = level;
    else {
      const start = numberOf(attribute(find(properties, "buAutoNum"), "startAt"), 1);
      counters[level] = (counters[level] ?? start - 1) + 1;
      counters.length = level + 1;
    }
    const number = kind === "number" ? counters[level] : undefined;
    yield { kind: "line", level, number, blocks: [{ kind: "paragraph", content }] };
  }
}

/** Nothing when the paragraph leaves it to its shape. */
export function ownBullet(
  properties: Element | undefined,
): "bullet" | "number" | "none" | undefined {
  if (find(properties, "buNone") !== undefined) return "none";
  if (find(properties, "buAutoNum") !== undefined) return "number";
  if (find(properties, "buChar") !== undefined || find(properties, "buBlip") !== undefined)
    return "bullet";
  return undefined;
}

export function inlinesOf(paragraph: Element, relations: ReadonlyMap<string, Relation>): Inline[] {
  return children(paragraph).flatMap((piece): Inline[] => {
    switch (piece.name) {
      case "r":
      case "fld":
        return run(piece, relations);
      case "br":
        return [{ kind: "break" }];
      case "AlternateContent":
        return inlinesOf(find(piece, "Choice") ?? piece, relations);
      case "m":
        return children(piece).map((math) => ({ kind: "math", tex: latexOf(math) }));
      default:
        return [];
    }
  });
}

function run(piece: Element, relations: ReadonlyMap<string, Relation>): Inline[] {
  // The number of the slide is furniture; so are dates that change by themselves.
  if (piece.name === "fld" && /^(?:slidenum|datetime)/u.test(attribute(piece, "type") ?? ""))
    return [];
  const properties = find(piece, "rPr");
  const flag = (name: string) => isOn(valued(attribute(properties, name)));
  const style: Style = {
    bold: flag("b"),
    italic: flag("i"),
    raised: numberOf(attribute(properties, "baseline"), 0) > 0,
    strike: /^(?:sngStrike|dblStrike)$/u.test(attribute(properties, "strike") ?? ""),
  };
  const content = [text(shownIn(children(piece, "t").map(textOf).join(""), properties), style)];
  const relation = relations.get(prefixed(find(properties, "hlinkClick"), "id") ?? "");
  return relation?.isExternal === true
    ? [{ kind: "link", url: relation.target, content }]
    : content;
}

/** The font for symbols draws the codes for private use only; the font for Latin draws all. */
function shownIn(value: string, properties: Element | undefined): string {
  const fontOf = (name: string) => symbolFontOf(attribute(find(properties, name), "typeface"));
  const latin = fontOf("latin");
  if (latin !== undefined) return shownInFont(value, latin);
  const symbols = fontOf("sym");
  return symbols === undefined ? value : privateShownInFont(value, symbols);
}

function valued(value: string | undefined): Element {
  return { name: "", attributes: { val: value ?? "0" }, children: [] };
}
