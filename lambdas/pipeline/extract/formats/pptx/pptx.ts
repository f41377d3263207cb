import { OfficePackage } from "../../archive/package.ts";
import type { Relation } from "../../archive/relations.ts";
import { attribute, children, find, prefixed } from "../../archive/walk.ts";
import { hold } from "../../bounds.ts";
import type { Block } from "../../document/blocks.ts";
import { writeMarkdown } from "../../document/write.ts";
import type { ReadContext, Reading, Source } from "../../extraction.ts";
import { chartBlocks } from "../drawing/chart.ts";
import { Looks } from "./layout.ts";
import { diagramBlocks, shapeBlocks } from "./shapes.ts";

/** Reads PowerPoint slide by slide; hidden slides and speaker's notes go, numbers of slides stay. */
export async function readPptx({ bytes }: Source, context: ReadContext): Promise<Reading> {
  const { bounds } = context;
  const office = await OfficePackage.open(bytes, bounds);
  const presentation = await office.xml(office.main);
  const relations = new Map((await office.relations(office.main)).map((one) => [one.id, one]));
  const slides = children(find(presentation, "sldIdLst"), "sldId").map(
    (slide) => relations.get(prefixed(slide, "id") ?? "")?.target,
  );
  hold(slides.length, bounds.maxPages, "slides");
  const blocks: Block[] = [];
  for (const [index, part] of slides.entries()) {
    if (part !== undefined && office.archive.has(part)) {
      blocks.push(
        { kind: "place", place: { slide: index + 1 } },
        ...(await slideBlocks(office, part)),
      );
    }
    context.progress(index + 1, slides.length);
  }
  return {
    ...writeMarkdown(blocks, bounds),
    title: await office.title(),
    pageCount: slides.length,
  };
}

async function slideBlocks(office: OfficePackage, part: string): Promise<Block[]> {
  const slide = await office.xml(part);
  if (/^(?:0|false)$/u.test(attribute(slide, "show") ?? "")) return [];
  const relations = await office.relations(part);
  return shapeBlocks(find(slide, "cSld", "spTree"), {
    looks: await Looks.of(office, part),
    relations: new Map(relations.map((relation) => [relation.id, relation])),
    graphics: await graphicsOf(office, relations),
  });
}

async function graphicsOf(
  office: OfficePackage,
  relations: readonly Relation[],
): Promise<ReadonlyMap<string, readonly Block[]>> {
  const graphics = new Map<string, readonly Block[]>();
  for (const { id, type, target } of relations) {
    if (type === "chart") graphics.set(id, chartBlocks(await office.optional(target)));
    if (type === "diagramData") graphics.set(id, diagramBlocks(await office.optional(target)));
  }
  return graphics;
}
