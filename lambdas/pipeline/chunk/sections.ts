/** Sections: what stands under one heading. No chunk reaches from one into another. */
import { type Block, maxPortion } from "./blocks.ts";

export interface Section {
  readonly blocks: readonly Block[];
  /** Titles from the outermost heading to the section's own. */
  readonly path: readonly string[];
}

/**
 * A heading without a text of its own joins the section that follows it:
 * alone it would be a chunk that says nothing.
 */
export function* sections(blocks: Iterable<Block>): Iterable<Section> {
  const open: { level: number; title: string }[] = [];
  let held: Block[] = [];
  const close = (): Section => ({ blocks: held, path: open.map(({ title }) => title) });
  for (const block of blocks) {
    const first = held[0];
    const isFull = first !== undefined && block.end - first.start > maxPortion;
    if (isFull || (block.kind === "heading" && held.some(({ kind }) => kind !== "heading"))) {
      yield close();
      held = [];
    }
    held.push(block);
    const { heading } = block;
    if (heading === undefined) continue;
    while ((open.at(-1)?.level ?? 0) >= heading.level) open.pop();
    open.push(heading);
  }
  if (held.length > 0) yield close();
}
