/** Checks the buckets that are followed. */
import type { SourceAnswer } from "../../lambdas/contract/calls/sources.ts";
import type { Client } from "../client.ts";
import { ApiError, UnexpectedAnswerError } from "../errors.ts";
import { typed } from "../typed-command.ts";
import { type Finding, note, ok, problem } from "./finding.ts";

/** Covers the sources of the caller's tenant; a tenant without sources has no finding. */
export async function checkSources(client: Client): Promise<Finding[]> {
  try {
    return (await client.sources()).sources.map(judge);
  } catch (error) {
    // A deployment that is older than sources.
    const isUnknown = error instanceof ApiError && error.code === "not_found";
    if (isUnknown || error instanceof UnexpectedAnswerError) return [];
    throw error;
  }
}

function judge({ source_id: name, status, objects, problem: met }: SourceAnswer): Finding {
  const check = `source ${name}`;
  const counted = `${objects.stored} of ${objects.total} objects are stored`;
  if (met !== undefined) {
    return problem(
      check,
      `${met.message} (${met.at})`,
      "Check that the bucket exists, and the rights on it and on the key that encrypts it. See docs/sources.md.",
    );
  }
  if (status === "paused")
    return note(check, `It is paused: ${counted}.`, typed(`sources resume ${name}`));
  if (objects.failed > 0) {
    return note(check, `${counted}, ${objects.failed} failed.`, typed(`sources failed ${name}`));
  }
  return ok(check, `${counted}.`);
}
