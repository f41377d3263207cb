/**
 * Runs the command line. Ends with 0 when all is well, 1 when
 * a job did not complete or the API answered an error, 2 when called wrongly,
 * 130 when Ctrl-C ended it while it followed jobs.
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

// A reader that has seen enough (`… | head`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

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
  await createProgram().parseAsync();
} catch (error) {
  process.exitCode = ending(error);
}
