/**
 * `npm run bench:formats -- FOLDER`: reads every document of a folder that has
 * its right Markdown beside it (`NAME.truth.md`) and prints, by format, how
 * much of it was found. `--each` lists the documents, `--show NAME` prints one.
 * `--large` measures time and memory of large documents instead.
 */
import { globSync, readFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { parseArgs } from "node:util";
import { defaultBounds } from "../../lambdas/pipeline/extract/bounds.ts";
import { readDocument } from "../../lambdas/pipeline/extract/read.ts";
import { measureLarge } from "./formats/large.ts";
import { type Score, score } from "./formats/score.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    each: { type: "boolean" },
    show: { type: "string" },
    large: { type: "boolean" },
  },
});
const [folder] = positionals;
if (values.large === true) measureLarge();
else if (folder === undefined) throw new Error("Name a folder: npm run bench:formats -- FOLDER");
else await scoreFolder(folder);

async function scoreFolder(folder: string): Promise<void> {
  const byFormat = new Map<string, Score[]>();
  for (const truth of globSync("**/*.truth.md", { cwd: folder }).toSorted()) {
    const path = join(folder, truth.slice(0, -".truth.md".length));
    const format = extname(path).slice(1);
    const one = await scored(path, readFileSync(join(folder, truth), "utf8"));
    if (values.each === true) console.log(line(basename(path), [one]));
    byFormat.set(format, [...(byFormat.get(format) ?? []), one]);
  }
  console.log("\n| Format | Documents | Recall | Precision | Headings | Table rows |");
  console.log("| - | -: | -: | -: | -: | -: |");
  for (const [format, scores] of byFormat) console.log(line(format, scores));
}

async function scored(path: string, truth: string): Promise<Score> {
  try {
    const reading = await readDocument(
      readFileSync(path),
      { filename: basename(path) },
      { bounds: defaultBounds, progress: () => undefined },
    );
    if (values.show === basename(path)) console.log(reading.markdown);
    return score(reading.markdown, truth);
  } catch (error) {
    console.log(`${basename(path)}: ${String(error)}`);
    return score("", truth);
  }
}

function line(name: string, scores: readonly Score[]): string {
  const mean = (pick: (score: Score) => number | undefined): string => {
    const known = scores.map(pick).filter((value) => value !== undefined);
    if (known.length === 0) return "–";
    return (known.reduce((sum, value) => sum + value, 0) / known.length).toFixed(3);
  };
  const figures = [
    mean(({ recall }) => recall),
    mean(({ precision }) => precision),
    mean(({ headings }) => headings),
    mean(({ rows }) => rows),
  ];
  return `| ${name} | ${scores.length} | ${figures.join(" | ")} |`;
}
