/** What readers of structured formats make, and the writer turns into Markdown. */
import type { Place } from "../extraction.ts";

export interface Style {
  readonly bold?: boolean;
  readonly italic?: boolean;
  readonly strike?: boolean;
  readonly code?: boolean;
  /** Set above the line, as a power is. */
  readonly raised?: boolean;
}

export type Inline =
  | ({ readonly kind: "text"; readonly text: string } & Style)
  | { readonly kind: "link"; readonly url: string; readonly content: readonly Inline[] }
  | { readonly kind: "image"; readonly alt: string }
  | { readonly kind: "note"; readonly id: string }
  | { readonly kind: "math"; readonly tex: string }
  | { readonly kind: "break" };

export interface ListItem {
  readonly blocks: readonly Block[];
  /** Number shown before the item of a numbered list. */
  readonly number?: number | undefined;
  /** State of a checkbox, if the item has one. */
  readonly checked?: boolean | undefined;
}

export interface Cell {
  readonly blocks: readonly Block[];
  /** @default 1 */
  readonly columns?: number | undefined;
  /** @default 1 */
  readonly rows?: number | undefined;
}

export type Row = readonly Cell[];

export type Block =
  | { readonly kind: "heading"; readonly level: number; readonly content: readonly Inline[] }
  | { readonly kind: "paragraph"; readonly content: readonly Inline[] }
  | { readonly kind: "list"; readonly ordered: boolean; readonly items: readonly ListItem[] }
  | { readonly kind: "table"; readonly rows: readonly Row[] }
  | { readonly kind: "code"; readonly text: string; readonly language?: string | undefined }
  | { readonly kind: "math"; readonly tex: string }
  | { readonly kind: "quote"; readonly blocks: readonly Block[] }
  | { readonly kind: "note"; readonly id: string; readonly blocks: readonly Block[] }
  | { readonly kind: "rule" }
  /** The text that follows comes from here; at the top level only. */
  | { readonly kind: "place"; readonly place: Place };

export function text(value: string, style: Style = {}): Inline {
  return { kind: "text", text: value, ...style };
}

export function paragraph(value: string): Block {
  return { kind: "paragraph", content: [text(value)] };
}

export function heading(level: number, value: string): Block {
  return { kind: "heading", level, content: [text(value)] };
}

export function cell(value: string): Cell {
  return { blocks: value === "" ? [] : [paragraph(value)] };
}

/** The text alone, for titles and for decisions about content. */
export function plain(content: readonly Inline[]): string {
  return content
    .map((inline) => {
      switch (inline.kind) {
        case "text":
          return inline.text;
        case "link":
          return plain(inline.content);
        case "break":
          return " ";
        case "image":
          return inline.alt;
        case "math":
          return inline.tex;
        case "note":
          return "";
      }
    })
    .join("");
}

/** Adds all of a list that may be long: as arguments of `push` they would all stand on the stack. */
export function append<Item>(list: Item[], more: Iterable<Item>): void {
  for (const one of more) list.push(one);
}
