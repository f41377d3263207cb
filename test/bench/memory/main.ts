/**
 * `npm run bench:memory`: the peak memory of the functions whose input may be large, at the largest
 * input that the API takes: each step's own code in a process of its own, with the collection in a
 * folder. Prints each peak beside the function's memory, and fails if one is over it.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { functions } from "../../../lambdas/functions.ts";
import { memoryMbFor } from "../../../lambdas/pipeline/enrich/function-memory.ts";
import { defaultBounds } from "../../../lambdas/pipeline/extract/bounds.ts";
import { measureEmbed, measureMetadata } from "./batches.ts";
import { measureChunk, measureExtract, measureStore, measureSubmit } from "./documents.ts";
import { measureDocuments, measureSearch, measureSweep } from "./reads.ts";

interface Measure {
  readonly run: (folder: string) => Promise<void>;
  /** MB, where it is not the function's only one. */
  readonly memoryMb?: number;
  /** MB that a process beside it may take. */
  readonly besideMb?: number;
}

/** The function of a hosted model; a local one has more memory. */
const hosted = memoryMbFor("openai");

const measures = {
  submit: { run: measureSubmit },
  extract: { run: measureExtract, besideMb: defaultBounds.maxMemoryMiB },
  chunk: { run: measureChunk },
  metadata: { run: measureMetadata, memoryMb: hosted },
  embed: { run: measureEmbed, memoryMb: hosted },
  // What it stores is read by those after it.
  store: { run: measureStore },
  search: { run: measureSearch },
  documents: { run: measureDocuments },
  sweep: { run: measureSweep },
} as const satisfies Partial<Record<keyof typeof functions, Measure>>;
type Step = keyof typeof measures;

const [step, given] = process.argv.slice(2);
if (step !== undefined && given !== undefined) {
  await measures[step as Step].run(given);
  console.log(Math.round(process.resourceUsage().maxRSS / 1_024));
} else {
  const folder = mkdtempSync(join(tmpdir(), "memory-"));
  try {
    for (const name of Object.keys(measures) as Step[]) {
      const measure: Measure = measures[name];
      const args = [import.meta.filename, name, folder];
      const { stdout, stderr, status } = spawnSync(process.execPath, args);
      const peakMb = Number(stdout.toString().trim().split("\n").at(-1));
      if (status !== 0) throw new Error(`${name} could not be measured: ${stderr.toString()}`);
      const { besideMb = 0, memoryMb = functions[name].spec.memoryMb } = measure;
      const beside = besideMb === 0 ? "" : `, and ${besideMb} MB for its parser`;
      console.log(`${name}: ${peakMb} MB at the peak${beside}, of ${memoryMb} MB`);
      if (peakMb + besideMb > memoryMb) process.exitCode = 1;
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
