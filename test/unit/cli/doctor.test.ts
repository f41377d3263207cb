import { afterEach, describe, expect, test } from "vitest";
import { type Client, createClient } from "../../../cli/client.ts";
import { checkApi } from "../../../cli/doctor/api.ts";
import { stackFinding } from "../../../cli/doctor/stack.ts";
import { ApiError } from "../../../cli/errors.ts";
import manifest from "../../../package.json" with { type: "json" };
import { commandsIn, objections } from "../../support/cli/commands.ts";
import {
  jobAnswer,
  type ScriptedAnswer,
  type ScriptedApi,
  scriptedApi,
} from "../../support/cli/scripted-api.ts";
import { lines, sluice } from "../../support/deployment/sluice.ts";

let api: ScriptedApi | undefined;
afterEach(() => api?.close());

const closed = { state: "closed", failures: 0 };
const well = {
  health: {
    status: "ok",
    queue_size: 1,
    active_jobs: 2,
    intake: "open",
    version: manifest.version,
    limits: { max_queued: 100, max_active: 10 },
    breakers: { llm: closed, embeddings: closed },
    permits: { llm: { in_use: 20, cap: 20 }, embeddings: { in_use: 0, cap: 20 } },
  },
  metrics: "# HELP x y\nsluice_stalled_queue_age_seconds 0\nsluice_dead_letters 0\n",
  providers: {
    llm: { provider: "openai", model: "m", status: "ok", duration_ms: 900 },
    embeddings: { provider: "local", model: "e", status: "ok", duration_ms: 40, dimensions: 384 },
  },
  search: { results: [] },
  failed: { jobs: [] as object[] },
  completed: { jobs: [] as object[] },
  sources: { sources: [] as object[] },
};

/** A deployment in which all is well but for what is changed. */
async function deployment(change: { [Name in keyof typeof well]?: object | string }) {
  const answers = { ...well, ...change };
  api = await scriptedApi(({ url }): ScriptedAnswer => {
    const names = ["metrics", "providers", "search", "sources", "failed", "completed"] as const;
    const name = names.find((one) => url.includes(one));
    const body = answers[name ?? "health"];
    const refused = typeof body === "object" && "code" in body;
    return { status: refused ? 503 : 200, body };
  });
  return api.url;
}

/** Without the process around it, which takes longer than all that it asks. */
async function examine(change: Parameters<typeof deployment>[0] = {}, local = true) {
  const client = createClient({ apiUrl: await deployment(change), apiKey: "the-key" });
  const findings = await checkApi(client, manifest.version, local);
  return { findings, problems: findings.filter(({ verdict }) => verdict === "problem") };
}

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
const failedJob = (code: string, failedMinutesAgo: number) =>
  jobAnswer({
    status: "failed",
    terminal: true,
    failed_at: ago(failedMinutesAgo),
    error: { code, message: "It said 401.", stage: "metadata", retryable: true },
  });

describe("doctor", () => {
  test("finds no problem in a healthy, busy deployment, and ends with 0", async () => {
    const { status, out, err } = await sluice(await deployment({}), "doctor", "--json");
    expect(status).toBe(0);
    expect(err).toBe("No problems found.\n");
    const findings = lines(out);
    expect(findings.filter(({ verdict }) => verdict === "problem")).toEqual([]);
    expect(findings.map(({ check }) => check)).toEqual([
      "api",
      "role",
      "version",
      "intake",
      "queue",
      "breaker llm",
      "breaker embeddings",
      "permits llm",
      "permits embeddings",
      "progress",
      "dead letters",
      "language model",
      "embedding model",
      "jobs",
      "stack",
    ]);
    expect(api?.asked.filter(({ url }) => url.includes("providers/check"))).toHaveLength(1);
  });

  test.each([
    ["provider_misconfigured", "Wrong key.", "SLUICE_LLM_API_KEY"],
    ["provider_throttled", "No quota.", "raise the quota"],
    ["provider_timeout", "No answer.", "SLUICE_LLM_CALL_TIMEOUT_SECONDS"],
    ["provider_unavailable", "No route.", "can be reached from the functions"],
    ["answer_unusable", "No JSON.", "answers with JSON"],
    ["circuit_open", "The breaker is open.", "Try again in a minute"],
  ])(
    "says what to repair when the language model ends a call with %s",
    async (code, message, fix) => {
      const llm = {
        provider: "openai",
        model: "m",
        status: "failed",
        duration_ms: 9,
        code,
        message,
      };
      const { problems } = await examine({ providers: { ...well.providers, llm } });
      expect(problems.map(({ check }) => check)).toEqual(["language model"]);
      expect(problems[0]?.says).toContain(message);
      expect(problems[0]?.fix).toContain(fix);
    },
  );

  const open = { state: "open", failures: 10, opened_at: "2026-01-01T00:00:00.000Z" };
  const refusal = { error: "No vector.", code: "unavailable", request_id: "r" };
  const change = (health: object) => ({ health: { ...well.health, ...health } });
  test.each([
    ["a pause", "intake", change({ intake: "paused", paused_since: ago(9) }), "resume"],
    ["a full queue", "queue", change({ queue_size: 100 }), "QueueFull"],
    [
      "an open breaker",
      "breaker llm",
      change({ breakers: { llm: open, embeddings: closed } }),
      "BreakerOpen",
    ],
    [
      "a stuck queue",
      "progress",
      { metrics: "sluice_stalled_queue_age_seconds 400\nsluice_dead_letters 0\n" },
      "QueueStalled",
    ],
    [
      "dead letters",
      "dead letters",
      { metrics: "sluice_stalled_queue_age_seconds 0\nsluice_dead_letters 3\n" },
      "dead-letters --replay",
    ],
    ["models that cannot be tried", "models", { providers: refusal }, "log"],
    ["metrics that cannot be read", "metrics", { metrics: refusal }, "log"],
    [
      "jobs that a provider refused",
      "jobs",
      { failed: { jobs: [failedJob("provider_misconfigured", 5)] } },
      "Correct the key, model and address",
    ],
  ])("finds %s, and says what to do", async (_, check, changed, fix) => {
    const { problems } = await examine(changed);
    expect(problems.map((finding) => finding.check)).toEqual([check]);
    expect(problems[0]?.fix).toContain(fix);
  });

  test("tells how the provider failed last", async () => {
    const last_failure = {
      code: "provider_unavailable",
      message: "https://api.example answered 500.",
      since: ago(3),
      count: 4,
    };
    const breakers = { llm: { ...open, last_failure }, embeddings: { ...closed, last_failure } };
    const { findings } = await examine(change({ breakers }));
    const said = /https:\/\/api\.example answered 500\. \(provider_unavailable; 4 times since /;
    expect(findings.filter(({ check }) => check.startsWith("breaker"))).toMatchObject([
      { verdict: "problem", says: expect.stringMatching(said) as string },
      { verdict: "note", says: expect.stringMatching(said) as string },
    ]);
  });

  test.each([
    ["long ago", { failed: { jobs: [failedJob("provider_misconfigured", 25 * 60)] } }],
    ["for their document's fault", { failed: { jobs: [failedJob("invalid_document", 5)] } }],
    [
      "before others completed",
      {
        failed: { jobs: [failedJob("provider_unavailable", 5)] },
        completed: { jobs: [jobAnswer({ status: "completed", completed_at: ago(1) })] },
      },
    ],
  ])("leaves jobs that failed %s to a person's judgement", async (_, changed) => {
    const { findings, problems } = await examine(changed);
    expect(problems).toEqual([]);
    expect(findings.map(({ check }) => check)).toContain("jobs");
  });

  test("suggests no retry of jobs whose file cannot be read, even after others completed", async () => {
    const { findings } = await examine({
      failed: { jobs: [failedJob("unsupported_type", 5)] },
      completed: { jobs: [jobAnswer({ status: "completed", completed_at: ago(1) })] },
    });
    const { verdict, fix } = findings.find(({ check }) => check === "jobs") ?? {};
    expect(verdict).toBe("note");
    expect(fix).toContain("a retry cannot help");
  });

  test("with a tenant's key sees less, and says so", async () => {
    const { limits, breakers, permits, ...health } = well.health;
    const { findings, problems } = await examine({ health });
    expect(problems).toEqual([]);
    const search = api?.asked.find(({ url }) => url.includes("search"));
    expect(search?.body).toMatchObject({ mode: "vector", limit: 1 });
    const { problems: away } = await examine({ health, search: refusal });
    expect(away).toMatchObject([{ check: "embedding model" }]);
    expect(findings.find(({ check }) => check === "role")).toMatchObject({
      verdict: "note",
      fix: expect.stringContaining("--role operator") as string,
    });
    expect(api?.asked.some(({ url }) => url.includes("metrics"))).toBe(false);
  });

  test("with a tenant's key sees that jobs wait for a provider, though not for which", async () => {
    const { limits, breakers, permits, ...health } = well.health;
    const { problems } = await examine({ health: { ...health, status: "degraded" } });
    expect(problems).toMatchObject([
      { check: "health", says: expect.stringContaining("degraded") as string },
    ]);
  });

  test.each([
    ["what npm start runs", true, ""],
    ["an account", false, " --aws"],
  ])("names commands that can be typed as they stand, for %s", async (_, local, aws) => {
    const { limits, ...tenants } = well.health;
    const dead = "sluice_stalled_queue_age_seconds 0\nsluice_dead_letters 3\n";
    const { findings } = await examine({ metrics: dead }, local);
    const { findings: less } = await examine({ health: tenants }, local);
    const named = [...findings, ...less].flatMap(({ fix = "" }) => commandsIn(fix));
    expect(named).toEqual([
      `dead-letters --replay${aws}`,
      `keys create --tenant NAME --role operator${aws}`,
    ]);
    expect(objections(named)).toEqual([]);
  });

  test("reports a version that differs from its own", async () => {
    const { findings } = await examine(change({ version: "0.0.1" }));
    expect(findings.find(({ check }) => check === "version")?.says).toContain("0.0.1 is deployed");
  });

  test("reports an invalid key, and an address that does not respond", async () => {
    api = await scriptedApi(() => ({
      status: 403,
      body: { error: "Unknown key.", code: "forbidden", request_id: "r" },
    }));
    const wrong = await sluice(api.url, "doctor");
    expect(wrong.status).toBe(1);
    expect(wrong.out).toMatch(
      /^PROBLEM\s+key\s+Unknown key \(403 forbidden\)\.\n\s+→ Create a key.*: npm run sluice -- keys create --tenant NAME --aws$/m,
    );
    await api.close();
    api = await scriptedApi(() => ({
      status: 401,
      body: { error: "This call needs a token.", code: "unauthenticated", request_id: "r" },
    }));
    expect((await sluice(api.url, "doctor")).out).toMatch(
      /^PROBLEM\s+token\s+This call needs a token \(401 unauthenticated\)\.\n\s+→ Get a new token/m,
    );
    const away = await sluice("http://127.0.0.1:9", "doctor");
    expect(away.status).toBe(1);
    expect(away.out).toMatch(/^PROBLEM\s+api\s+.*cannot be reached/);
  });
});

test("the doctor shows sources whose bucket cannot be read, that are paused, or that have failed objects", async () => {
  const source = (source_id: string, more: object, failed = 0) => ({
    source_id,
    bucket: "files",
    prefix: "",
    status: "active",
    objects: { total: 9, stored: 9 - failed, waiting: 0, working: 0, removing: 0, failed },
    sync: { status: "done", listed: 9 },
    ...more,
  });
  const sources = [
    source("gone", { problem: { at: ago(1), message: "NoSuchBucket" } }),
    source("paused", { status: "paused", paused_since: ago(1) }),
    source("partly", {}, 2),
    source("well", {}),
  ];
  const { findings } = await examine({ sources: { sources } });
  const found = findings.filter(({ check }) => check.startsWith("source "));
  expect(found.map(({ check, verdict }) => [check, verdict])).toEqual([
    ["source gone", "problem"],
    ["source paused", "note"],
    ["source partly", "note"],
    ["source well", "ok"],
  ]);
  expect(found[0]?.says).toContain("NoSuchBucket");
  expect(found[2]?.fix).toContain("sources failed partly");
  const { problems } = await examine({ sources: "an older deployment" });
  expect(problems).toEqual([]);
});

test.each([
  [401, "unauthenticated", "token", "token", /^Get a new token/],
  [401, "unauthenticated", "signature", "signature", /AWS credentials/],
  [403, "forbidden", "token_claim", "caller", /^Let the issuer add the claim/],
  [403, "forbidden", "principal", "caller", /^Add the principal to SLUICE_IAM_CALLERS/],
  [403, "forbidden", "policy", "caller", /^Allow the principal execute-api:Invoke/],
  [403, "forbidden", "a_later_one", "caller", /callers/],
  [403, "forbidden", "api_key", "key", /^Create a key/],
] as const)(
  "the doctor's advice for %i %s with the reason %s fits it",
  async (status, code, reason, check, fix) => {
    // Words of the sentence decide nothing.
    const answer = { error: "Your key and your token are refused.", code, request_id: "r", reason };
    const refused = { health: () => Promise.reject(new ApiError(status, answer)) };
    const [finding] = await checkApi(refused as unknown as Client, "0", false);
    expect(finding).toMatchObject({ check, fix: expect.stringMatching(fix) as unknown });
  },
);

describe("the doctor reads of a stack's status", () => {
  test.each(["CREATE_COMPLETE", "IMPORT_COMPLETE", "UPDATE_COMPLETE"])(
    "%s that it is deployed",
    (status) => {
      expect(stackFinding({ status })).toMatchObject({
        verdict: "ok",
        says: "Sluice is deployed, with all its outputs.",
      });
    },
  );

  test.each([
    "UPDATE_IN_PROGRESS",
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
    "UPDATE_ROLLBACK_IN_PROGRESS",
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
  ])("%s that a deployment is in progress", (status) => {
    expect(stackFinding({ status })).toMatchObject({
      verdict: "note",
      says: `A deployment of Sluice is in progress (${status}).`,
    });
  });

  test("UPDATE_ROLLBACK_COMPLETE that it runs as before, and can be deployed again", () => {
    expect(stackFinding({ status: "UPDATE_ROLLBACK_COMPLETE" })).toMatchObject({
      verdict: "problem",
      says: expect.stringMatching(/\. The previous version is running\.$/) as string,
      fix: expect.stringMatching(/^Run `npm run deploy`/) as string,
    });
  });

  test.each([
    ["UPDATE_ROLLBACK_FAILED", "continue-update-rollback"],
    ["UPDATE_FAILED", "rollback-stack"],
  ])("%s that it is half changed, and what CloudFormation takes then", (status, back) => {
    const { verdict, says, fix } = stackFinding({ status });
    expect(verdict).toBe("problem");
    expect(says).toMatch(/It is partly rolled back\.$/);
    expect(fix).toContain(`aws cloudformation ${back} --stack-name Sluice`);
  });
});
