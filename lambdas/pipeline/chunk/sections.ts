/** Blocks beneath their headings, in runs that are cut into chunks together. */
import { type Block, maxPortion } from "./blocks.ts";
import { repeatableFrom } from "./contexts.ts";
import { hashAt } from "./cuts.ts";

/** What stands under one heading; a heading without a text of its own belongs to its first child. */
export interface Section {
  readonly start: number;
  readonly end: number;
  readonly blocks: readonly HeadedBlock[];
  /** Of the heading that opens it, 1–6; 7 without one. */
  readonly level: number;
}

export interface HeadedBlock extends Block {
  /** Titles from the outermost heading to the block's own. */
  readonly path: readonly string[];
}

/** Below any heading's. */
export const noLevel = 7;

/** A run that is as long may end at a section, if its hash says so; others end where they must. */
const leastRun = 64 * 1024;
const endsOneIn = 4;
const hashed = 64;

/**
 * Sections in runs. No chunk reaches from one run into another, and a run ends
 * at a place that an edit elsewhere does not move, as chunks do.
 */
export function* sectionRuns(text: string, blocks: Iterable<Block>): Iterable<readonly Section[]> {
  let run: Section[] = [];
  for (const section of sections(blocks)) {
    const { start, end } = section;
    const runStart = run[0]?.start ?? start;
    const mayEnd = start - runStart >= leastRun && hashAt(text, start, hashed) % endsOneIn === 0;
    const isApart = start !== (run.at(-1)?.end ?? start);
    if (run.length > 0 && (isApart || mayEnd || end - runStart > maxPortion)) {
      yield run;
      run = [];
    }
    run.push(section);
  }
  if (run.length > 0) yield run;
}

/** Blanks end a section and belong to none. */
function* sections(blocks: Iterable<Block>): Iterable<Section> {
  const open: { level: number; title: string }[] = [];
  let path: readonly string[] = [];
  let held: HeadedBlock[] = [];
  for (const block of blocks) {
    const first = held[0];
    const isFull = first !== undefined && block.end - first.start > maxPortion;
    const isOpening = block.heading !== undefined && !isChild(block, held.at(-1));
    if (held.length > 0 && (block.kind === "blank" || isFull || isOpening)) {
      yield closed(held);
      held = [];
    }
    const { heading } = block;
    if (heading !== undefined) {
      while ((open.at(-1)?.level ?? 0) >= heading.level) open.pop();
      open.push(heading);
      path = open.map(({ title }) => title);
    }
    if (block.kind !== "blank") held.push({ ...block, path });
  }
  if (held.length > 0) yield closed(held);
}

function isChild({ heading }: Block, before: Block | undefined): boolean {
  return (before?.heading?.level ?? noLevel) < (heading?.level ?? 0);
}

function closed(blocks: readonly HeadedBlock[]): Section {
  const start = blocks[0]?.start ?? 0;
  const level = blocks[0]?.heading?.level ?? noLevel;
  return { start, end: blocks.at(-1)?.end ?? start, blocks, level };
}

/** Of a chunk; what it holds of further sections, its text tells. */
const maxHeadings = 16;

/** What a place in a run stands in. Moves forward only. */
export class RunPosition {
  readonly #sections: readonly Section[];
  readonly #blocks: readonly HeadedBlock[];
  #offset = 0;
  #section = 0;
  #block = 0;

  constructor(run: readonly Section[]) {
    this.#sections = run;
    this.#blocks = run.flatMap(({ blocks }) => blocks);
  }

  moveTo(offset: number): void {
    this.#offset = offset;
    while ((this.#sections[this.#section]?.end ?? offset + 1) <= offset) this.#section += 1;
    while ((this.block?.end ?? offset + 1) <= offset) this.#block += 1;
  }

  get block(): HeadedBlock | undefined {
    return this.#blocks[this.#block];
  }

  /** Titles above the place and between it and `end`, in the document's order. */
  headingsUpTo(end: number): readonly string[] {
    const titles = [...(this.block?.path ?? [])];
    for (let at = this.#block + 1; titles.length < maxHeadings; at += 1) {
      const block = this.#blocks[at];
      if (block === undefined || block.start >= end) break;
      if (block.heading !== undefined) titles.push(block.heading.title);
    }
    return titles;
  }

  /** From where on what stands before the place may be repeated: after `earliest`, in the same section. */
  repeatableFrom(earliest: number): number {
    const from = Math.max(earliest, this.#sections[this.#section]?.start ?? 0);
    for (let at = this.#block; at >= 0; at -= 1) {
      const block = this.#blocks[at];
      if (block === undefined || block.end <= from) break;
      const limit = repeatableFrom(block, this.#offset);
      if (limit > from) return limit;
    }
    return from;
  }
}
