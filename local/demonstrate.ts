/** The content of a demo: documents in progress, their results, and a search. */
import type { Client } from "../cli/client.ts";
import { type ProgressView, progressView } from "../cli/progress/view.ts";
import { send } from "../cli/sending/send.ts";
import { follow } from "../cli/session.ts";
import { contentOf, nameOf } from "../cli/sources/content.ts";
import type { Source } from "../cli/sources/sources.ts";
import type { JobAnswer } from "../lambdas/contract/calls/jobs.ts";
import type { SearchAnswer } from "../lambdas/contract/calls/search.ts";
import { citationOf } from "../lambdas/contract/citation.ts";

export interface Plan {
  readonly files: readonly Source[];
  /** @default a sentence from the middle of the first file */
  readonly queries?: readonly string[];
}

/** Small, so that a document of a few pages has enough chunks to watch. */
const chunking = { max_tokens: 64, overlap_tokens: 0 } as const;

/** @returns whether every document was stored and the search found a passage */
export async function demonstrate(client: Client, plan: Plan): Promise<boolean> {
  const startedAt = performance.now();
  console.log(`\nIngesting ${plan.files.map(nameOf).join(", ")}\n`);
  const view = progressView({ total: plan.files.length }, process.stdout);
  const jobs = await Promise.all(plan.files.map((file) => ingest(client, file, view))).finally(() =>
    view.end(),
  );
  const chunks = jobs.reduce((sum, job) => sum + (job.result?.chunk_count ?? 0), 0);
  const seconds = (performance.now() - startedAt) / 1000;
  console.log(`\n${jobs.length} documents, ${chunks} chunks, ${seconds.toFixed(1)} s in all.`);

  const queries = plan.queries ?? [await middleSentence(plan.files[0])];
  let isFound = true;
  for (const query of queries) isFound = (await search(client, query)) && isFound;
  return isFound && jobs.every((job) => job.status === "completed");
}

/** Prints the best passages; answers whether there were any. */
async function search(client: Client, query: string): Promise<boolean> {
  const askedAt = performance.now();
  const { results } = await client.search({ query, limit: 3 });
  console.log(`\nSearch: ${query}  (${Math.round(performance.now() - askedAt)} ms)\n`);
  if (results.length === 0) console.log("  No results.");
  else console.log(results.map(passage).join("\n\n"));
  return results.length > 0;
}

async function ingest(client: Client, file: Source, view: ProgressView): Promise<JobAnswer> {
  const name = nameOf(file);
  const { job_id } = await send(client, {
    ...(await contentOf(file)),
    document_id: `demo-${documentId(name)}`,
    title: name,
    options: { chunking },
  });
  return follow(client, name, job_id, view);
}

function documentId(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9._:-]+/g, "-");
  return plain.slice(0, 100) || "document";
}

type Hit = SearchAnswer["results"][number];

/** A search result with its extracted metadata. */
function passage(hit: Hit): string {
  const parts = [hit.title ?? hit.document_id, ...(hit.headings ?? [])].join(" › ");
  const place = [parts, citationOf(hit) ?? []].flat().join(", ");
  const lines = [place, "", ...wrapped(hit.text), ""];
  const { metadata } = hit;
  if (metadata !== undefined) {
    lines.push(`title     ${metadata.title}`);
    lines.push(`keywords  ${metadata.keywords.join(", ")}`);
    const entities = metadata.entities.map(({ text, type }) => `${text} (${type})`);
    if (entities.length > 0) lines.push(`entities  ${entities.join(", ")}`);
    lines.push(`language  ${metadata.language}`);
  }
  return lines.map((line) => `  ${line}`.trimEnd()).join("\n");
}

const lineWidth = 76;

function wrapped(text: string): string[] {
  const lines = [""];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1) ?? "";
    if (line !== "" && line.length + word.length >= lineWidth) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines;
}

async function middleSentence(file: Source | undefined): Promise<string> {
  const content = file === undefined ? undefined : await contentOf(file);
  const text = content !== undefined && "text" in content ? content.text : (file?.place ?? "");
  const sentences = text
    .split(/(?<=[.!?])\s+|\n+/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence.length >= 30);
  return (sentences[Math.floor(sentences.length / 2)] ?? text).slice(0, 200);
}
