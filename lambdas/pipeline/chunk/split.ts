import { hasVisibleText } from "../../platform/visible-text.ts";
import type { Chunk, ChunkingOptions } from "../../records/jobs/chunk.ts";
import { type Atom, atomsOf, fits } from "./atoms.ts";
import { inPortions, plainBlocks } from "./blocks.ts";
import type { Splitter } from "./chunk.ts";
import { words } from "./cuts.ts";
import { markdownBlocks } from "./markdown.ts";
import { merge } from "./merge.ts";
import { overlapStart } from "./overlap.ts";
import { type Section, sections } from "./sections.ts";
import { countCl100k, type TokenCounter } from "./tokens.ts";

/**
 * Words counted one by one and together differ by a token at either end; a
 * chunk that seems full is not to turn out too long.
 */
const slackTokens = 2;

/** Makes a splitter that measures by `count`; whatever that says, no chunk is longer than allowed. */
export function createSplitter(count: TokenCounter): Splitter {
  return function* split(text, options) {
    const isMarkdown = options.strategy === "markdown";
    const blocks = inPortions(text, isMarkdown ? markdownBlocks(text) : plainBlocks(text));
    let index = 0;
    for (const section of sections(blocks)) {
      let before: number | undefined;
      const cores = coresOf(text, section, options, count);
      for (const [start, end] of withoutBlanks(text, cores, options.maxTokens, count)) {
        const chunk = withOverlap(text, { before, start, end }, options, count);
        yield { index, ...chunk, headings: section.path };
        index += 1;
        before = start;
      }
    }
  };
}

/** Cuts by tokens of cl100k_base. */
export const split: Splitter = createSplitter(countCl100k);

/** Where a chunk begins and ends, without what it repeats. */
type Core = readonly [start: number, end: number];

/**
 * Blanks after a sentence that fills a chunk take the sentence's last
 * word along: a chunk of its own would say nothing, and be paid for.
 */
function* withoutBlanks(
  text: string,
  cores: Iterable<Core>,
  maxTokens: number,
  count: TokenCounter,
): Iterable<Core> {
  let before: Core | undefined;
  for (const core of cores) {
    if (before !== undefined) {
      const [start, end] = before;
      const word = hasVisibleText(text.slice(...core))
        ? undefined
        : lastWord(text.slice(start, end));
      if (word !== undefined && count(text.slice(start + word, core[1])) <= maxTokens) {
        yield [start, start + word];
        before = [start + word, core[1]];
        continue;
      }
      yield before;
    }
    before = core;
  }
  if (before !== undefined) yield before;
}

function lastWord(text: string): number | undefined {
  return [...words(text)].findLast((cut) => hasVisibleText(text.slice(cut)));
}

/** The chunks of a section without what they repeat. */
function* coresOf(
  text: string,
  { blocks }: Section,
  { maxTokens, overlapTokens }: ChunkingOptions,
  count: TokenCounter,
): Iterable<Core> {
  const start = blocks[0]?.start ?? 0;
  const end = blocks.at(-1)?.end ?? start;
  if (start === end) return;
  if (fits(text.slice(start, end), maxTokens, count)) {
    yield [start, end];
    return;
  }
  const atoms = atomsOf(text, blocks, maxTokens, count);
  const gluedTokens = maxTokens - slackTokens;
  for (const group of merge(atoms, { tokens: gluedTokens - overlapTokens, gluedTokens })) {
    yield* halvedUntilFitting(text, group, maxTokens, count);
  }
}

/** Sums of tokens are an estimate; this is what makes the limit hold exactly. */
function* halvedUntilFitting(
  text: string,
  atoms: readonly Atom[],
  maxTokens: number,
  count: TokenCounter,
): Iterable<Core> {
  const [first, last] = [atoms[0], atoms.at(-1)];
  if (first === undefined || last === undefined) return;
  if (atoms.length === 1 || count(text.slice(first.start, last.end)) <= maxTokens) {
    yield [first.start, last.end];
    return;
  }
  const half = Math.ceil(atoms.length / 2);
  yield* halvedUntilFitting(text, atoms.slice(0, half), maxTokens, count);
  yield* halvedUntilFitting(text, atoms.slice(half), maxTokens, count);
}

function withOverlap(
  text: string,
  { before, start, end }: { before: number | undefined; start: number; end: number },
  { maxTokens, overlapTokens }: ChunkingOptions,
  count: TokenCounter,
): Pick<Chunk, "start" | "end" | "text" | "tokens"> {
  const core = text.slice(start, end);
  const tokens = count(core);
  if (before !== undefined) {
    const room = Math.min(overlapTokens, maxTokens - tokens);
    const from = overlapStart(text, before, start, room, count);
    const whole = text.slice(from, end);
    const wholeTokens = from < start ? count(whole) : tokens;
    if (wholeTokens <= maxTokens) return { start: from, end, text: whole, tokens: wholeTokens };
  }
  return { start, end, text: core, tokens };
}
