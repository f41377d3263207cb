/**
 * Runs the command line. Exit status: 0 for success, 1 if a job did not complete or the API
 * responded with an error, 2 for incorrect usage, 130 after Ctrl-C while following jobs.
 */
import { CommanderError } from "@commander-js/extra-typings";
import {
  ApiError,
  DeploymentError,
  UnexpectedAnswerError,
  UnreachableError,
  UsageError,
} from "./errors.ts";
import { createProgram } from "./program.ts";

// A reader that closes the pipe early (`…
// head`) is not an error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

/** Prints the error and returns the exit status. */
function ending(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2; // Commander has already printed the error.
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
  await createProgram().parseAsync();
} catch (error) {
  process.exitCode = ending(error);
}
