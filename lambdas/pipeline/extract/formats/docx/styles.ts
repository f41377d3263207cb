import { attribute, children, find, isOn, numberOf } from "../../archive/walk.ts";
import type { Element } from "../../archive/xml.ts";

export interface StyleOf {
  /** As Word's English edition calls it, in lower case. */
  readonly name: string;
  readonly heading?: number | undefined;
  readonly isHidden: boolean;
  readonly isMonospaced: boolean;
  readonly numbering?: Element | undefined;
}

const codeNames =
  /^(?:source ?code|code|code ?block|html ?preformatted|preformatted(?: text)?|verbatim(?: char)?|program ?listing|macro(?: ?text)?)$/u;

/** The document's named styles, each with what it has from those it is based on. */
export class Styles {
  readonly #elements: ReadonlyMap<string, Element>;
  readonly #resolved = new Map<string, StyleOf>();

  constructor(root: Element | undefined) {
    this.#elements = new Map(
      children(root, "style").map((style) => [attribute(style, "styleId") ?? "", style]),
    );
  }

  of(id: string | undefined): StyleOf | undefined {
    if (id === undefined) return undefined;
    const known = this.#resolved.get(id);
    if (known !== undefined) return known;
    const chain = this.#chain(id);
    if (chain.length === 0) return undefined;
    const resolved = resolve(chain);
    this.#resolved.set(id, resolved);
    return resolved;
  }

  /** The style and what it is based on; a loop of styles ends where it begins. */
  #chain(id: string): readonly Element[] {
    const chain: Element[] = [];
    let style = this.#elements.get(id);
    while (style !== undefined && !chain.includes(style) && chain.length < 32) {
      chain.push(style);
      style = this.#elements.get(attribute(find(style, "basedOn"), "val") ?? "");
    }
    return chain;
  }
}

function resolve(chain: readonly Element[]): StyleOf {
  const nearest = (...path: string[]) =>
    chain.map((style) => find(style, ...path)).find((found) => found !== undefined);
  const names = chain.map((style) => (attribute(find(style, "name"), "val") ?? "").toLowerCase());
  return {
    name: names[0] ?? "",
    heading: headingLevel(names, nearest("pPr", "outlineLvl")),
    isHidden: isOn(nearest("rPr", "vanish")),
    isMonospaced: isMonospaced(nearest("rPr", "rFonts")),
    numbering: nearest("pPr", "numPr"),
  };
}

function headingLevel(names: readonly string[], outline: Element | undefined): number | undefined {
  for (const name of names) {
    const level =
      /^(?:heading|überschrift|titre|título|titolo|kop|rubrik|заголовок|标题) ?(\d)$/u.exec(
        name,
      )?.[1];
    if (level !== undefined) return Number(level);
  }
  return outlineLevel(outline);
}

/** 9 means body text. */
export function outlineLevel(outline: Element | undefined): number | undefined {
  const level = numberOf(attribute(outline, "val"), 9);
  return level >= 0 && level < 9 ? level + 1 : undefined;
}

export function isMonospaced(fonts: Element | undefined): boolean {
  const font = attribute(fonts, "ascii") ?? attribute(fonts, "hAnsi") ?? "";
  return /courier|consolas|monaco|menlo|\bmono\b|monospace|lucida console|source code|fira code|cascadia/iu.test(
    font,
  );
}

export function isCodeStyle(style: StyleOf | undefined): boolean {
  return style !== undefined && codeNames.test(style.name);
}
