/**
 * The command line. Ends with 0 when all is well, 1 when
 * a job did not complete or the API answered an error, 2 when called wrongly.
 */
import { Command, CommanderError } from "@commander-js/extra-typings";
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
import {
  ApiError,
  DeploymentError,
  UnexpectedAnswerError,
  UnreachableError,
  UsageError,
} from "./errors.ts";

// A reader that has seen enough (`… | head`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

const program: Command = new Command("sluice")
  .description("Ingest documents, follow their jobs, search what was ingested.")
  .addHelpText(
    "after",
    `
Speaks to what \`npm start\` runs, or to SLUICE_API_URL with SLUICE_API_KEY.
Ends with status 0 if all is well, 1 if a job did not complete or the API
answered an error, 2 if it was called wrongly.`,
  )
  .showHelpAfterError("(--help shows how to call it)")
  .exitOverride();

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
for (const add of commands) add(program);

/** Prints what went wrong and answers the exit status. */
function ending(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2; // it has spoken already
  if (error instanceof UsageError) return tell(error, 2);
  if (error instanceof ApiError) {
    if (process.argv.includes("--json")) process.stdout.write(`${JSON.stringify(error.answer)}\n`);
    return tell(error, 1);
  }
  const expected = [UnreachableError, UnexpectedAnswerError, DeploymentError];
  if (expected.some((kind) => error instanceof kind)) return tell(error as Error, 1);
  throw error;
}

function tell(error: Error, status: number): number {
  process.stderr.write(`${error.message}\n`);
  return status;
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = ending(error);
}
