import { attribute, children, find, numberOf } from "../../archive/walk.ts";
import type { Element } from "../../archive/xml.ts";
import type { Style } from "../../document/blocks.ts";
import { type SymbolFont, symbolFontOf } from "../../document/symbols.ts";
import { isMonospaced } from "../docx/styles.ts";

export interface OdfStyle extends Style {
  /** Its own name and those of its parents, the nearest first. */
  readonly names: readonly string[];
  readonly isHidden: boolean;
  /** Of its font, if that draws other signs than letters. */
  readonly symbols: SymbolFont | undefined;
}

export interface OdfNumbering {
  /** `1`, `a`, `A`, `i` or `I`. */
  readonly format: string;
  readonly prefix: string;
  readonly suffix: string;
  readonly start: number;
  /** How many levels the label names: two for `2.1`. */
  readonly levels: number;
}

/** Named and automatic styles of an OpenDocument. */
export class OdfStyles {
  readonly #styles = new Map<string, Element>();
  readonly #lists = new Map<string, Element>();

  constructor(elements: readonly Element[]) {
    for (const element of elements) {
      const name = attribute(element, "name") ?? "";
      if (element.name === "style")
        this.#styles.set(key(attribute(element, "family"), name), element);
      if (element.name === "list-style") this.#lists.set(name, element);
    }
  }

  of(family: "paragraph" | "text", name: string | undefined): OdfStyle {
    const chain = this.#chain(family, name);
    const nearest = (attributeName: string) =>
      chain
        .map((style) => attribute(find(style, "text-properties"), attributeName))
        .find((value) => value !== undefined);
    const strike = nearest("text-line-through-style");
    return {
      names: chain.map((style) =>
        (attribute(style, "display-name") ?? attribute(style, "name") ?? "").replaceAll(
          "_20_",
          " ",
        ),
      ),
      isHidden: nearest("display") === "none",
      // The second declaration of a font has a number at its name's end.
      symbols: symbolFontOf(nearest("font-name")?.replace(/(?<=[a-z])\d+$/iu, "")),
      bold: /^(?:bold|[6-9]00)$/u.test(nearest("font-weight") ?? ""),
      italic: nearest("font-style") === "italic",
      strike: strike !== undefined && strike !== "none",
      raised: /^(?:super|[1-9])/u.test(nearest("text-position") ?? ""),
      code: isMonospaced({
        name: "",
        attributes: { ascii: nearest("font-name") ?? "" },
        children: [],
      }),
    };
  }

  /** How items of a list are numbered at a level, from 1; undefined for bullets. */
  numbering(list: string | undefined, level: number): OdfNumbering | undefined {
    const style = children(this.#lists.get(list ?? ""), "list-level-style-number").find(
      (one) => attribute(one, "level") === String(level),
    );
    const format = attribute(style, "num-format") ?? "1";
    if (style === undefined || format === "") return undefined;
    return {
      format,
      prefix: attribute(style, "num-prefix") ?? "",
      suffix: attribute(style, "num-suffix") ?? "",
      start: numberOf(attribute(style, "start-value"), 1),
      levels: Math.min(level, Math.max(1, numberOf(attribute(style, "display-levels"), 1))),
    };
  }

  /** A property of a sheet, a slide, a row or a column. */
  property(family: string, name: string | undefined, property: string): string | undefined {
    return children(this.#styles.get(key(family, name ?? "")))
      .map((properties) => attribute(properties, property))
      .find((value) => value !== undefined);
  }

  #chain(family: string, name: string | undefined): readonly Element[] {
    const chain: Element[] = [];
    let style = this.#styles.get(key(family, name ?? ""));
    while (style !== undefined && !chain.includes(style) && chain.length < 32) {
      chain.push(style);
      style = this.#styles.get(key(family, attribute(style, "parent-style-name") ?? ""));
    }
    return chain;
  }
}

function key(family: string | undefined, name: string): string {
  return `${family}\n${name}`;
}
