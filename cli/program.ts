/** The commands of the command line and their shared options. */
import { Command } from "@commander-js/extra-typings";
import { addSources } from "./commands/bucket-sources.ts";
import { addChunks } from "./commands/chunks.ts";
import { addDeadLetters } from "./commands/dead-letters.ts";
import { addDoctor } from "./commands/doctor.ts";
import { addDocuments, addRemove } from "./commands/documents.ts";
import { addHealth } from "./commands/health.ts";
import { addIngest } from "./commands/ingest.ts";
import { addDrain, addPause, addResume } from "./commands/intake.ts";
import { addCancel, addJob, addJobs, addRetry } from "./commands/jobs.ts";
import { addKeys } from "./commands/keys.ts";
import { addLogs } from "./commands/logs.ts";
import { addMcp } from "./commands/mcp.ts";
import { addReindex } from "./commands/reindex.ts";
import { addRestoreVectors } from "./commands/restore-vectors.ts";
import { addSearch } from "./commands/search.ts";
import { addSync } from "./commands/sync.ts";
import { addUsage } from "./commands/usage.ts";
import { addWebhooks } from "./commands/webhooks/webhooks.ts";

const commands = [
  addIngest,
  addSync,
  addJobs,
  addJob,
  addSearch,
  addRetry,
  addCancel,
  addLogs,
  addDocuments,
  addChunks,
  addRemove,
  addSources,
  addHealth,
  addUsage,
  addWebhooks,
  addPause,
  addResume,
  addDrain,
  addReindex,
  addDeadLetters,
  addDoctor,
  addRestoreVectors,
  addMcp,
  addKeys,
];

export function createProgram(): Command {
  const program: Command = new Command("sluice")
    .description("Ingest documents, follow their jobs and search the results.")
    .addHelpText(
      "after",
      `
Calls the local stack of \`npm start\`, or SLUICE_API_URL with SLUICE_API_KEY, with SLUICE_TOKEN,
or, with SLUICE_AUTH=iam, signed with your AWS credentials.
Exit status: 0 for success, 1 if a job did not complete or the API responded
with an error, 2 for incorrect usage, 130 after Ctrl-C (jobs continue).`,
    )
    .showHelpAfterError("(--help shows the usage)")
    .exitOverride();
  for (const add of commands) add(program);
  return program;
}
