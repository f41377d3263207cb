import { hasVisibleText } from "../../platform/visible-text.ts";
import type { Chunk, ChunkingOptions } from "../../records/jobs/chunk.ts";
import { modelInput } from "../../records/jobs/chunk.ts";
import { type Atom, atomsOf } from "./atoms.ts";
import { apartFromBlanks, inPortions, plainBlocks } from "./blocks.ts";
import type { Splitter } from "./chunk.ts";
import { Contexts } from "./contexts.ts";
import { words } from "./cuts.ts";
import { markdownBlocks } from "./markdown/markdown.ts";
import { merge } from "./merge.ts";
import { overlapStart } from "./overlap.ts";
import { blankRuns, withoutBlobs } from "./runs.ts";
import { RunPosition, type Section, sectionRuns } from "./sections.ts";
import { countCl100k, type TokenCounter } from "./tokens.ts";

/**
 * Words counted one by one and together differ by a token at either end; a
 * chunk that seems full is not to turn out too long.
 */
const slackTokens = 2;
/** Of a chunk: a section that takes less shares one with a neighbour. */
const smallShare = 1 / 4;
const byteOrderMark = "\ufeff";

/** Makes a splitter that measures by `count`; whatever that says, no chunk is longer than allowed. */
export function createSplitter(count: TokenCounter): Splitter {
  return function* split(document, options) {
    const shown = withoutBlobs(document);
    // A mark of the encoding, and no part of the text; readers of UTF-8 drop it.
    const skipped = shown.text.startsWith(byteOrderMark) ? 1 : 0;
    const toDocument = (offset: number): number => shown.toDocument(offset + skipped);
    let index = 0;
    for (const chunk of chunksOf(shown.text.slice(skipped), options, count)) {
      const { start, end } = chunk;
      yield { index, ...chunk, start: toDocument(start), end: toDocument(end) };
      index += 1;
    }
  };
}

/** Cuts by tokens of cl100k_base. */
export const split: Splitter = createSplitter(countCl100k);

type Cut = Omit<Chunk, "index">;

function* chunksOf(text: string, options: ChunkingOptions, count: TokenCounter): Iterable<Cut> {
  const blanks = blankRuns(text);
  const isMarkdown = options.strategy === "markdown";
  const found = isMarkdown ? markdownBlocks(text, blanks) : plainBlocks(text);
  const blocks = inPortions(text, apartFromBlanks(found, blanks));
  const contexts = new Contexts(options.maxTokens, count);
  for (const run of sectionRuns(text, blocks)) {
    const cores = withoutBlanks(text, coresOf(text, run, contexts, options, count), options, count);
    yield* inContext(text, run, cores, contexts, options, count);
  }
}

/** Where a chunk begins and ends, without what it repeats. */
type Core = readonly [start: number, end: number];

/**
 * Blanks after a sentence that fills a chunk take the sentence's last
 * word along: a chunk of its own would say nothing, and be paid for. Blanks
 * that fit nowhere are in no chunk.
 */
function* withoutBlanks(
  text: string,
  cores: Iterable<Core>,
  { maxTokens }: ChunkingOptions,
  count: TokenCounter,
): Iterable<Core> {
  let before: Core | undefined;
  for (const core of cores) {
    if (hasVisibleText(text.slice(...core))) {
      if (before !== undefined) yield before;
      before = core;
      continue;
    }
    if (before === undefined) continue;
    const [start, end] = before;
    const word = lastWord(text.slice(start, end));
    if (word === undefined || count(text.slice(start + word, core[1])) > maxTokens) continue;
    yield [start, start + word];
    before = [start + word, core[1]];
  }
  if (before !== undefined) yield before;
}

function lastWord(text: string): number | undefined {
  return [...words(text)].findLast((cut) => hasVisibleText(text.slice(cut)));
}

/** The chunks of a run without what they repeat. */
function* coresOf(
  text: string,
  run: readonly Section[],
  contexts: Contexts,
  { maxTokens, overlapTokens }: ChunkingOptions,
  count: TokenCounter,
): Iterable<Core> {
  const atoms = atomsOf(text, run, contexts, maxTokens, count);
  const gluedTokens = maxTokens - slackTokens;
  const tokens = gluedTokens - overlapTokens;
  const smallTokens = maxTokens * smallShare;
  for (const group of merge(atoms, { tokens, gluedTokens, smallTokens })) {
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
  const room = maxTokens - first.contextTokens;
  if (atoms.length === 1 || count(text.slice(first.start, last.end)) <= room) {
    yield [first.start, last.end];
    return;
  }
  const half = Math.ceil(atoms.length / 2);
  yield* halvedUntilFitting(text, atoms.slice(0, half), maxTokens, count);
  yield* halvedUntilFitting(text, atoms.slice(half), maxTokens, count);
}

/** Chunks with what they repeat, and with what stands beside their text. */
function* inContext(
  text: string,
  run: readonly Section[],
  cores: Iterable<Core>,
  contexts: Contexts,
  { maxTokens, overlapTokens }: ChunkingOptions,
  count: TokenCounter,
): Iterable<Cut> {
  const position = new RunPosition(run);
  let before: Core | undefined;
  for (const [start, end] of cores) {
    position.moveTo(start);
    const headings = position.headingsUpTo(end);
    const whole = (from: number): Cut => {
      const context = contexts.textAt(position.block, from);
      const chunk = { text: text.slice(from, end), ...(context !== undefined && { context }) };
      return {
        start: from,
        end,
        ...chunk,
        tokens: count(modelInput(chunk)),
        headings,
      };
    };
    let chunk = whole(start);
    if (chunk.tokens > maxTokens) {
      const { context: _, ...bare } = chunk;
      chunk = { ...bare, tokens: count(bare.text) };
    }
    // A chunk beyond a gap has nothing to repeat.
    if (before?.[1] === start) {
      const room = Math.min(overlapTokens, maxTokens - chunk.tokens);
      const earliest = position.repeatableFrom(before[0]);
      const from = overlapStart(text, earliest, start, room, count);
      const longer = from < start ? whole(from) : chunk;
      if (longer.tokens <= maxTokens) chunk = longer;
    }
    yield chunk;
    before = [start, end];
  }
}
