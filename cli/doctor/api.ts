/** Checks that need only the API and a key. */
import type { HealthAnswer } from "../../lambdas/contract/calls/health.ts";
import type { Client } from "../client.ts";
import { commandFor } from "../connection.ts";
import { ApiError, UnexpectedAnswerError, UnreachableError } from "../errors.ts";
import { intakeText } from "../intake-text.ts";
import { failureText } from "../progress/failure.ts";
import { typed } from "../typed-command.ts";
import { type Finding, note, ok, problem } from "./finding.ts";
import { checkJobs } from "./jobs.ts";
import { checkMetrics } from "./metrics.ts";
import { checkProviders } from "./providers.ts";
import { checkSources } from "./sources.ts";

/** The query of the embedding check; its results do not matter. */
const probe = "is anybody there";

/** What a caller shows, in words. */
const callers = {
  key: { proof: "key", whose: "tenant's key" },
  token: { proof: "token", whose: "tenant's token" },
  signature: { proof: "signature", whose: "principal of a tenant" },
} as const;

/**
 * @param version the version of this command line
 * @param local whether the deployment is the local stack of `npm start`
 * @param shows how the command line shows who calls
 */
export async function checkApi(
  client: Client,
  version: string,
  local: boolean,
  shows: keyof typeof callers = "key",
): Promise<Finding[]> {
  let health: HealthAnswer;
  try {
    health = await client.health();
  } catch (error) {
    return [unhealthy(error, local)];
  }
  const operator = health.limits !== undefined;
  const [metrics, models, jobs, sources] = await Promise.all([
    operator ? checked("metrics", () => checkMetrics(client, local)) : [],
    operator ? checked("models", () => checkProviders(client)) : checkSearch(client),
    checked("jobs", () => checkJobs(client)),
    checked("sources", () => checkSources(client)),
  ]);
  return [
    ok("api", `The API responds and the ${callers[shows].proof} is valid.`),
    operator
      ? ok("role", `The ${callers[shows].proof} is an operator's.`)
      : note(
          "role",
          `This is a ${callers[shows].whose}. It cannot show breakers, permits, a stuck queue or dead letters.`,
          shows === "key"
            ? `Use an operator's key. Create one with: ${makeKey(local, "--role operator")}`
            : "Call as an operator. docs/callers.md says how somebody becomes one.",
        ),
    checkVersion(health.version, version),
    checkIntake(health),
    checkQueue(health),
    ...checkBreakers(health),
    ...checkPermits(health),
    ...metrics,
    ...models,
    ...jobs,
    ...sources,
  ];
}

function makeKey(local: boolean, ...options: string[]): string {
  return commandFor(local, ["keys create --tenant NAME", ...options].join(" "));
}

function unhealthy(error: unknown, local: boolean): Finding {
  if (error instanceof UnreachableError || error instanceof UnexpectedAnswerError) {
    const fix = "Start Sluice (`npm start`) or deploy it, and check SLUICE_API_URL.";
    return problem("api", error.message, fix);
  }
  if (!(error instanceof ApiError)) throw error;
  if (error.code === "forbidden" || error.code === "unauthenticated") {
    return problem(checkOf(error), error.message, fixOf(error, local));
  }
  const fix = "Read the log of the health function. See docs/runbooks/alarms.md, FunctionErrors.";
  return problem("api", error.message, fix);
}

function checkOf({ code, answer: { reason } }: ApiError): string {
  if (code === "unauthenticated") return reason === "signature" ? "signature" : "token";
  return reason === undefined || reason === "api_key" ? "key" : "caller";
}

function fixOf({ code, answer: { reason } }: ApiError, local: boolean): string {
  switch (reason ?? (code === "unauthenticated" ? "token" : "api_key")) {
    case "api_key":
      return `Create a key and set the variables it prints: ${makeKey(local)}`;
    case "token":
      return "Get a new token of the deployment's issuer and set SLUICE_TOKEN. See docs/callers.md.";
    case "signature":
      return "Check which AWS credentials this shell has (`aws sts get-caller-identity`), and the clock. See docs/callers.md.";
    case "token_claim":
      return "Let the issuer add the claim to the tokens, or correct SLUICE_JWT_TENANT_CLAIM. See docs/callers.md.";
    case "principal":
      return "Add the principal to SLUICE_IAM_CALLERS and deploy. See docs/callers.md.";
    case "policy":
      return "Allow the principal execute-api:Invoke on the API in IAM. See docs/callers.md.";
    default:
      // The message of the API says what the caller lacks.
      return "See docs/callers.md.";
  }
}

/** Turns an error of one check into a finding, so that the other checks still run. */
async function checked(check: string, look: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const call = typed(check === "jobs" || check === "sources" ? check : "health");
    const fix = `Read the log of the function that answers this call; try: ${call}`;
    return [problem(check, error.message, fix)];
  }
}

async function checkSearch(client: Client): Promise<Finding[]> {
  try {
    await client.search({ query: probe, mode: "vector", limit: 1 });
    return [ok("embedding model", "The model responds: vector search works.")];
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return [
      problem(
        "embedding model",
        `Vector search fails: ${error.message}`,
        "Check SLUICE_EMBEDDINGS_BASE_URL, SLUICE_EMBEDDINGS_MODEL and the key. Read the logs of embed and search.",
      ),
    ];
  }
}

function checkVersion(deployed: string, own: string): Finding {
  if (deployed === own) return ok("version", deployed);
  return note(
    "version",
    `Version ${deployed} is deployed; this command line is ${own}.`,
    "Deploy this version (`npm run deploy`), or use the command line of the deployed version.",
  );
}

function checkIntake(health: HealthAnswer): Finding {
  if (health.intake === "open") return ok("intake", "Intake is open.");
  return problem("intake", `Intake is ${intakeText(health)}.`, typed("resume"));
}

function checkQueue({ queue_size, active_jobs, limits }: HealthAnswer): Finding {
  const most = limits?.["max_queued"];
  const says = `${queue_size}${most === undefined ? "" : ` of ${most}`} queued, ${active_jobs} running.`;
  if (most === undefined || queue_size < most) return ok("queue", says);
  return problem(
    "queue",
    `The queue is full, so submissions are refused: ${says}`,
    "Wait, or raise SLUICE_MAX_ACTIVE if the provider allows it. See docs/runbooks/alarms.md, QueueFull.",
  );
}

function checkBreakers({ breakers, status }: HealthAnswer): Finding[] {
  // A tenant's key does not show breakers, but the tenant's jobs wait for them.
  if (breakers === undefined && status !== "ok") {
    return [
      problem(
        "health",
        `The status is ${status}: a breaker is not closed, so jobs wait for a provider.`,
        "docs/runbooks/alarms.md, BreakerOpen: an operator's key sees which. It closes by itself.",
      ),
    ];
  }
  return Object.entries(breakers ?? {}).map(
    ([name, { state, failures, opened_at, last_failure }]) => {
      const check = `breaker ${name}`;
      const why =
        last_failure === undefined ? "" : ` The last failure: ${failureText(last_failure)}.`;
      if (state === "closed") {
        return why === ""
          ? ok(check, "The breaker is closed.")
          : note(check, `The breaker is closed, but no call has succeeded since a failure.${why}`);
      }
      return problem(
        check,
        `The breaker has been ${state} since ${opened_at ?? "an unknown time"}, after ${failures} failures. Jobs wait for this provider.${why}`,
        "Check whether the provider is down or throttles. The breaker closes by itself. See docs/runbooks/alarms.md, BreakerOpen.",
      );
    },
  );
}

/** All permits in use means that the system is busy, which is not a problem. */
function checkPermits({ permits }: HealthAnswer): Finding[] {
  return Object.entries(permits ?? {}).map(([name, { in_use, cap }]) =>
    ok(`permits ${name}`, `${in_use} of ${cap} in use.`),
  );
}
