import { attribute, children, find } from "../../archive/walk.ts";
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
      code: isMonospaced({
        name: "",
        attributes: { ascii: nearest("font-name") ?? "" },
        children: [],
      }),
    };
  }

  /** Whether items of a list are numbered at a level, from 1. */
  isNumbered(list: string | undefined, level: number): boolean {
    const style = this.#lists.get(list ?? "");
    return children(style, "list-level-style-number").some(
      (one) => attribute(one, "level") === String(level) && attribute(one, "num-format") !== "",
    );
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
