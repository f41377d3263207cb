import type { Element } from "../../archive/xml.ts";
import type { Bounds } from "../../bounds.ts";
import type { Block } from "../../document/blocks.ts";
import type { OdfStyles } from "./styles.ts";

/** What the readers of an OpenDocument's parts share. */
export interface OdfContext {
  readonly bounds: Bounds;
  /** Reads what frames and notes hold; passed in, because they hold each other. */
  blocksOf(container: Element, context: OdfContext): Block[];
  readonly styles: OdfStyles;
  /** Number of the last item by style and level of its list: another list may go on from there. */
  readonly numbers: Map<string, number>;
  /** Notes as they are met, for the end of the document. */
  readonly notes: Extract<Block, { kind: "note" }>[];
}
