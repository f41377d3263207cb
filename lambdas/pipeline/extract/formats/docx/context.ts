import type { Relation } from "../../archive/relations.ts";
import type { Element } from "../../archive/xml.ts";
import type { Bounds } from "../../bounds.ts";
import type { Block } from "../../document/blocks.ts";
import type { Numbering } from "./numbering.ts";
import type { Styles } from "./styles.ts";

/** What the readers of a Word document's parts share. */
export interface DocxContext {
  readonly bounds: Bounds;
  /** Reads what cells, text boxes and notes hold; passed in, because they hold each other. */
  blocksOf(container: Element, context: DocxContext): Block[];
  readonly styles: Styles;
  readonly numbering: Numbering;
  readonly relations: ReadonlyMap<string, Relation>;
  /** Charts and diagrams by the id of their relation. */
  readonly charts: ReadonlyMap<string, readonly Block[]>;
  /** Files that stand in the place of an `altChunk`, by the id of their relation. */
  readonly chunks: ReadonlyMap<string, readonly Block[]>;
  /** Whether a paragraph of the style Title stands above the headings. */
  readonly hasTitle: boolean;
}
