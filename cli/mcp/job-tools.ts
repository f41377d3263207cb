/** Tools that ingest: `ingest` and `job`. */
import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import * as z from "zod";
import type { JobAnswer } from "../../lambdas/contract/calls/jobs.ts";
import { documentIdOf } from "../../lambdas/contract/document-id.ts";
import { titleOf } from "../../lambdas/contract/title.ts";
import type { Client } from "../client.ts";
import { details } from "../following/watch.ts";
import { send } from "../sending/send.ts";
import { answer, bounded } from "./answer.ts";

/** How long `job` waits for a change, so that a model does not ask again and again. */
const waitSeconds = 10;

export function addJobTools(server: McpServer, client: Client, readOnly: boolean): void {
  if (!readOnly) addIngest(server, client);
  server.registerTool(
    "job",
    {
      title: "Look at a job",
      description: `How far a job is, and why it failed. With wait, answers at its next change, or after ${waitSeconds} seconds.`,
      inputSchema: { job_id: z.string(), wait: z.boolean().default(false) },
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    ({ job_id: id, wait }) =>
      answer(async () => {
        const job = await client.job(id);
        if (!wait || job.terminal) return boundedDetails(job);
        return boundedDetails(await client.job(id, { waitSeconds, afterVersion: job.version }));
      }),
  );
}

/** A job can name a hundred chunks, each with the reason why it has no metadata. */
function boundedDetails(job: JobAnswer): string {
  const lines = details(job).split("\n");
  return bounded(
    lines,
    (shown) => (shown < lines.length ? `(${lines.length - shown} more lines)` : ""),
    "\n",
  );
}

/** A text that a model wrote is one of these. */
const textTypes = ["text/plain", "text/markdown", "text/html", "text/csv"] as const;

/**
 * Takes text only. A tool that reads files by path would let a document's text make the model send
 * any file of this machine.
 */
function addIngest(server: McpServer, client: Client): void {
  server.registerTool(
    "ingest",
    {
      title: "Ingest a text",
      description:
        "Stores a text as a document, so that it can be searched. Answers a job; the document can be found when the job is completed. The same name again stores the next version.",
      inputSchema: {
        text: z.string().min(1),
        name: z
          .string()
          .min(1)
          .max(200)
          .describe("A file name such as notes.md; gives id and title"),
        content_type: z.enum(textTypes).default("text/markdown"),
        attributes: z
          .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
          .optional()
          .describe("Values for search filters"),
      },
      annotations: { readOnlyHint: false, destructiveHint: false, openWorldHint: false },
    },
    ({ text, name, content_type, attributes }) =>
      answer(async () => {
        const accepted = await send(client, {
          text,
          content_type,
          document_id: documentIdOf(name),
          title: titleOf(name),
          ...(attributes === undefined ? {} : { attributes }),
        });
        return `Queued as job ${accepted.job_id}: document ${accepted.document_id}, version ${accepted.document_version}.`;
      }),
  );
}
