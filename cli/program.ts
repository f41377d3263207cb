/** The commands of the command line and their shared options. */
import { Command } from "@commander-js/extra-typings";
import { addDeadLetters } from "./commands/dead-letters.ts";
import { addDoctor } from "./commands/doctor.ts";
import { addDocuments, addRemove } from "./commands/documents.ts";
import { addHealth } from "./commands/health.ts";
import { addIngest } from "./commands/ingest.ts";
import { addDrain, addPause, addResume } from "./commands/intake.ts";
import { addCancel, addJob, addJobs, addRetry } from "./commands/jobs.ts";
import { addKeys } from "./commands/keys.ts";
import { addSearch } from "./commands/search.ts";
import { addUsage } from "./commands/usage.ts";

const commands = [
  addIngest,
  addJobs,
  addJob,
  addSearch,
  addRetry,
  addCancel,
  addDocuments,
  addRemove,
  addHealth,
  addUsage,
  addPause,
  addResume,
  addDrain,
  addDeadLetters,
  addDoctor,
  addKeys,
];

export function createProgram(): Command {
  const program: Command = new Command("sluice")
    .description("Ingest documents, follow their jobs and search the results.")
    .addHelpText(
      "after",
      `
Calls the local stack of \`npm start\`, or SLUICE_API_URL with SLUICE_API_KEY.
Ends with status 0 if all is well, 1 if a job did not complete or the API
answered an error, 2 if it was called wrongly, 130 after Ctrl-C (jobs go on).`,
    )
    .showHelpAfterError("(--help shows the usage)")
    .exitOverride();
  for (const add of commands) add(program);
  return program;
}
