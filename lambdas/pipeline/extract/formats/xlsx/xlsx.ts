import { OfficePackage } from "../../archive/package.ts";
import { all, find } from "../../archive/walk.ts";
import { append, type Block, heading } from "../../document/blocks.ts";
import { nestLists } from "../../document/lists.ts";
import { writeMarkdown } from "../../document/write.ts";
import type { ReadContext, Reading, Source } from "../../extraction.ts";
import { chartBlocks } from "../drawing/chart.ts";
import { paragraphsOf } from "../drawing/text.ts";
import { diagramBlocks } from "../pptx/shapes.ts";
import { SheetGrid } from "../sheet/grid.ts";
import { commentBlocks, peopleOf } from "./comments.ts";
import { readSheet } from "./sheet.ts";
import { type SheetPart, type Workbook, workbookOf } from "./workbook.ts";

/** Reads Excel sheet by sheet: cells as they are shown, charts, text boxes and comments; what is hidden goes. */
export async function readXlsx({ bytes }: Source, context: ReadContext): Promise<Reading> {
  const office = await OfficePackage.open(bytes, context.bounds);
  const workbook = await workbookOf(office);
  const people = await peopleOf(office);
  const blocks: Block[] = [];
  for (const [index, sheet] of workbook.sheets.entries()) {
    const content = await sheetBlocks(office, sheet, workbook, people);
    if (content.length > 0) {
      blocks.push(
        { kind: "place", place: { sheet: sheet.name } },
        heading(2, sheet.name),
        ...content,
      );
    }
    context.progress(index + 1, workbook.sheets.length);
  }
  return { ...writeMarkdown(blocks, context.bounds), title: await office.title() };
}

async function sheetBlocks(
  office: OfficePackage,
  { part, isChart }: SheetPart,
  workbook: Workbook,
  people: ReadonlyMap<string, string>,
): Promise<Block[]> {
  const relations = await office.relations(part);
  const grid = new SheetGrid(office.bounds);
  if (!isChart) await readSheet(office, part, workbook, grid);
  const drawings: Block[] = [];
  for (const { type, target } of relations) {
    if (type !== "drawing") continue;
    for (const shape of all(await office.optional(target), "sp")) {
      append(drawings, nestLists(paragraphsOf(find(shape, "txBody"), () => undefined, new Map())));
    }
    for (const drawn of await office.relations(target)) {
      if (drawn.type === "chart")
        append(drawings, chartBlocks(await office.optional(drawn.target)));
      if (drawn.type === "diagramData")
        append(drawings, diagramBlocks(await office.optional(drawn.target)));
    }
  }
  return [...grid.tables(), ...drawings, ...(await commentBlocks(office, relations, people))];
}
