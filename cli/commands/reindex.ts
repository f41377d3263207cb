import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "@commander-js/extra-typings";
import type { ReindexAnswer } from "../../lambdas/contract/calls/reindex.ts";
import type { Client } from "../client.ts";
import { asJson } from "../options.ts";
import { type Output, output } from "../output.ts";
import { openClient } from "../session.ts";
import { typed } from "../typed-command.ts";

/** Time between two looks. */
const pollMs = 2_000;

export function addReindex(program: Command): void {
  program
    .command("reindex")
    .description("move a tenant's documents to the configured embedding model (operator's key)")
    .option("--tenant <name>", "whose documents (default: those of the key's tenant)")
    .option("--status", "show how far it is, and begin nothing")
    .option("--cancel", "end it; documents that have moved stay moved")
    .option("--no-wait", "do not wait for its end")
    .option("--json", asJson)
    .action(async (options) => {
      const out = output(options.json === true);
      const client = openClient(out.note);
      const { tenant } = options;
      const whose = tenant === undefined ? {} : { tenant };
      const answer =
        options.status === true
          ? await client.reindexState(tenant)
          : await client.reindex({ ...whose, ...(options.cancel ? { cancel: true } : {}) });
      const waits = options.wait && options.status !== true && options.cancel !== true;
      const last = waits ? await follow(client, out, answer) : answer;
      out.result(reindexText(last), last);
      if (last.status === "failed") process.exitCode = 1;
      else if (last.status === "running")
        out.note(`See how far it is: ${typed("reindex --status")}`);
    });
}

/** Ctrl-C ends the waiting; the reindex goes on. */
async function follow(client: Client, out: Output, begun: ReindexAnswer): Promise<ReindexAnswer> {
  let answer = begun;
  let told = "";
  while (answer.status === "running") {
    const line = reindexText(answer);
    if (line !== told) out.note(line);
    told = line;
    await sleep(pollMs);
    answer = await client.reindexState(answer.tenant);
  }
  return answer;
}

function reindexText(answer: ReindexAnswer): string {
  const { status, tenant, embedding_model: model, documents_moved: moved } = answer;
  const of = `${moved} of ${answer.documents_total} documents of ${tenant} moved to ${model}`;
  const why = answer.message === undefined ? "" : ` ${answer.message}`;
  switch (status) {
    case "none":
      return `There has been no reindex of ${tenant}. Configured is ${model}.`;
    case "running":
      return `Reindex runs: ${of}.${why}`;
    case "completed":
      return `Reindex completed: ${of}.`;
    case "cancelled":
      return `Reindex cancelled: ${of}.`;
    case "failed":
      return `Reindex failed: ${of}.${why}`;
  }
}
