import { OfficePackage } from "../../archive/package.ts";
import type { Relation } from "../../archive/relations.ts";
import { all, attribute, children, find } from "../../archive/walk.ts";
import type { Element } from "../../archive/xml.ts";
import type { Bounds } from "../../bounds.ts";
import { append, type Block, plain } from "../../document/blocks.ts";
import { writeMarkdown } from "../../document/write.ts";
import type { ReadContext, Reading, Source } from "../../extraction.ts";
import { chartBlocks } from "../drawing/chart.ts";
import { diagramBlocks } from "../pptx/shapes.ts";
import { blocksOf } from "./body.ts";
import { chunksOf, type ReadInner } from "./chunks.ts";
import type { DocxContext } from "./context.ts";
import { Numbering } from "./numbering.ts";
import { noteId } from "./runs.ts";
import { Styles } from "./styles.ts";

/** Reads Word: the body with its notes; running heads, comments and hidden text go. */
export async function readDocx({ bytes }: Source, { bounds }: ReadContext): Promise<Reading> {
  const { blocks, title } = await docxBlocks(bytes, bounds, 0);
  return { ...writeMarkdown(blocks, bounds), title };
}

/** @param depth how many documents this one stands in, as an `altChunk` */
async function docxBlocks(
  bytes: Uint8Array,
  bounds: Bounds,
  depth: number,
): Promise<{ blocks: Block[]; title: string | undefined }> {
  const office = await OfficePackage.open(bytes, bounds);
  const readInner: ReadInner = async (inner) => (await docxBlocks(inner, bounds, depth + 1)).blocks;
  const relations = await office.relations(office.main);
  const partOf = (type: string) => relations.find((relation) => relation.type === type)?.target;
  const document = await office.xml(office.main);
  const body = find(document, "body");
  const styles = new Styles(await office.optional(partOf("styles")));
  const context: DocxContext = {
    bounds,
    blocksOf,
    styles,
    numbering: new Numbering(await office.optional(partOf("numbering"))),
    relations: new Map(relations.map((relation) => [relation.id, relation])),
    charts: await chartsOf(office, relations),
    chunks: await chunksOf(office, relations, depth, readInner),
    hasTitle: [...all(body, "pStyle")].some(
      (style) => styles.of(attribute(style, "val"))?.name === "title",
    ),
  };
  const blocks = body === undefined ? [] : blocksOf(body, context);
  for (const kind of ["footnotes", "endnotes"]) {
    const part = partOf(kind);
    if (part === undefined) continue;
    const own = await office.relations(part);
    const chunks = await chunksOf(office, own, depth, readInner);
    append(blocks, notesOf(await office.optional(part), own, { ...context, chunks }));
  }
  const heading = blocks.find((block) => block.kind === "heading");
  const title =
    (await office.title()) ?? (heading === undefined ? undefined : plain(heading.content).trim());
  return { blocks, title };
}

async function chartsOf(
  office: OfficePackage,
  relations: readonly Relation[],
): Promise<ReadonlyMap<string, readonly Block[]>> {
  const charts = new Map<string, readonly Block[]>();
  for (const { id, type, target } of relations) {
    if (type === "chart") charts.set(id, chartBlocks(await office.optional(target)));
    if (type === "diagramData") charts.set(id, diagramBlocks(await office.optional(target)));
  }
  return charts;
}

/** Notes have relations of their own, for the links within them. */
function notesOf(
  root: Element | undefined,
  list: readonly Relation[],
  context: DocxContext,
): Block[] {
  const relations = new Map(list.map((relation) => [relation.id, relation]));
  return children(root)
    .filter((note) => ["", "normal"].includes(attribute(note, "type") ?? ""))
    .map((note) => ({
      kind: "note",
      id: noteId(note),
      blocks: blocksOf(note, { ...context, relations }),
    }));
}
