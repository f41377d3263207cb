import { readFileSync } from "node:fs";
import { basename } from "node:path";
import pMap from "p-map";
import { beforeAll, describe, expect, test } from "vitest";
import { ExtractError } from "../../lambdas/pipeline/extract/errors.ts";
import { extract } from "../../lambdas/pipeline/extract/extract.ts";
import { wordsOf } from "../bench/formats/score.ts";
import { bundledWorker } from "../unit/pipeline/extract/making/worker.ts";
import { type FoundFile, foundFiles } from "./found.ts";

interface Outcome extends FoundFile {
  /** Share of the words of a plain file that are in its Markdown. */
  readonly recall: number;
  readonly code: string | undefined;
  readonly words: string;
}

let outcomes: readonly Outcome[];

async function outcomeOf(found: FoundFile): Promise<Outcome> {
  const bytes = readFileSync(found.path);
  const filename = basename(found.path);
  try {
    const { markdown } = await extract(bytes, { filename }, { worker: await bundledWorker() });
    return { ...found, recall: recallOf(bytes, markdown), code: undefined, words: markdown };
  } catch (error) {
    if (!(error instanceof ExtractError)) throw error;
    return { ...found, recall: 1, code: error.code, words: error.message };
  }
}

/** Of files that are UTF-8; of others the words cannot be told from here. */
function recallOf(bytes: Uint8Array, markdown: string): number {
  const wanted = wordsOf(Buffer.from(bytes).toString("utf8"));
  const found = new Set(wordsOf(markdown));
  if (wanted.length === 0 || Buffer.from(bytes).toString("utf8").includes("\ufffd")) return 1;
  return wanted.filter((word) => found.has(word)).length / wanted.length;
}

beforeAll(async () => {
  outcomes = await pMap(foundFiles(), outcomeOf, { concurrency: 2 });
  const counts = Map.groupBy(outcomes, ({ format, code }) => `${format} ${code ?? "read"}`);
  console.log([...counts].map(([what, of]) => `${what}: ${of.length}`).join(" · "));
}, 300_000);

describe("the documents that happen to be on this machine", () => {
  test("are 150 or more, of several formats", () => {
    expect(outcomes.length).toBeGreaterThanOrEqual(150);
    expect(new Set(outcomes.map(({ format }) => format)).size).toBeGreaterThanOrEqual(5);
  });

  test("each have text, or a typed error that says what happened and what to do", () => {
    const silent = outcomes.filter(({ code, words }) =>
      code === undefined ? !/\S/u.test(words) : !/\S\. [A-Z].*\.$/su.test(words),
    );
    expect(silent.map(({ path, words }) => `${path}: ${words.slice(0, 200)}`)).toEqual([]);
  });

  test("nearly all are read, and never by a parser that crashed or hung", () => {
    // Templates of documents are often without a word.
    const failed = outcomes.filter(({ code }) => code !== undefined && code !== "empty_document");
    const lines = failed.map(({ path, words }) => `${path}: ${words.slice(0, 200)}`);
    expect(failed.length / outcomes.length, `Not read:\n${lines.join("\n")}`).toBeLessThan(0.1);
    const crashes = failed.filter(({ code }) => code?.startsWith("extraction_"));
    expect(crashes).toEqual([]);
  });

  test.each([
    ["text", 0.97],
    ["markdown", 0.97],
    ["csv", 0.97],
    ["tsv", 0.97],
    // Escapes, such as those of line ends, are letters of the file and none of the text.
    ["json", 0.95],
    ["jsonl", 0.95],
  ])("keep their words: %s", (format, least) => {
    const lost = outcomes.filter((one) => one.format === format && one.recall < least);
    expect(lost.map(({ path, recall }) => `${path}: ${recall}`)).toEqual([]);
  });
});
