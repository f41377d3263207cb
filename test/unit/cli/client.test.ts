import { afterEach, describe, expect, test } from "vitest";
import { baseUrl, createClient, type Pause } from "../../../cli/client.ts";
import { ApiError, UnexpectedAnswerError, UnreachableError } from "../../../cli/errors.ts";
import {
  accepted,
  completedJob,
  jobAnswer,
  type ScriptedAnswer,
  type ScriptedApi,
  scriptedApi,
} from "../../support/cli/scripted-api.ts";

let api: ScriptedApi | undefined;
afterEach(() => api?.close());

const full: ScriptedAnswer = {
  status: 503,
  headers: { "retry-after": "1" },
  body: { error: "Queue full", code: "queue_full", request_id: "r", queue_size: 100 },
};

async function clientOf(
  answer: Parameters<typeof scriptedApi>[0],
  options: { patienceMs?: number; onPause?: (pause: Pause) => void } = {},
) {
  api = await scriptedApi(answer);
  return createClient({ apiUrl: api.url, apiKey: "the-key", ...options });
}

test("the stage is part of the address, however the address was given", () => {
  expect(baseUrl("http://127.0.0.1:8060")).toBe("http://127.0.0.1:8060/v1");
  expect(baseUrl("https://x.amazonaws.com/v1/")).toBe("https://x.amazonaws.com/v1");
  expect(baseUrl("http://127.0.0.1:4566/restapis/a/v1/_user_request_")).toBe(
    "http://127.0.0.1:4566/restapis/a/v1/_user_request_",
  );
});

describe("a full queue", () => {
  test("is waited out for as long as the API asks, with a message", async () => {
    const pauses: number[] = [];
    const client = await clientOf((_, nth) => (nth < 2 ? full : { status: 202, body: accepted }), {
      patienceMs: 1_500,
      onPause: ({ seconds }) => pauses.push(seconds),
    });
    const answer = await client.ingest({ text: "a" }, { idempotencyKey: "k" });
    expect(answer.job_id).toBe("01JOB");
    expect(pauses).toEqual([1]);
    expect(api?.asked.map((call) => call.headers["idempotency-key"])).toEqual(["k", "k"]);
    expect(api?.asked[0]?.headers["x-api-key"]).toBe("the-key");
  });

  test("is an error once patience is used up", async () => {
    const client = await clientOf(() => full, { patienceMs: 1_500 });
    const error = await client.ingest({ text: "a" }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ code: "queue_full", status: 503, retryAfterSeconds: 1 });
    expect(api?.asked).toHaveLength(2);
  });
});

test("a permanent refusal is thrown at once, with every issue once", async () => {
  const client = await clientOf(
    () => ({
      status: 400,
      body: {
        error: "The request is invalid: options.chunking.max_tokens must be at least 64",
        code: "invalid_request",
        request_id: "r",
        issues: [
          { path: "options.chunking.max_tokens", message: "must be at least 64" },
          { path: "title", message: "must have at most 255 characters" },
        ],
      },
    }),
    { patienceMs: 60_000 },
  );
  const error = await client.ingest({ text: "a" }).catch((e: unknown) => e);
  expect((error as Error).message).toBe(
    "The request is invalid: options.chunking.max_tokens must be at least 64 (400 invalid_request).\n  title must have at most 255 characters",
  );
  expect(api?.asked).toHaveLength(1);
});

test("a response of an unknown shape is reported, not used", async () => {
  const client = await clientOf(() => ({ status: 200, body: "<html>a proxy</html>" }));
  await expect(client.health()).rejects.toThrow(UnexpectedAnswerError);
  await expect(client.health()).rejects.toThrow("<html>a proxy");
});

test("where nothing answers, a sentence says what to do", async () => {
  const client = await clientOf(() => full);
  await api?.close();
  await expect(client.health()).rejects.toThrow(UnreachableError);
  await expect(client.health()).rejects.toThrow("ECONNREFUSED). Is `npm start` running?");
});

test("watching yields each change once and ends with the job", async () => {
  const states = [
    jobAnswer(),
    jobAnswer({ status: "processing", progress: 40, version: 4 }),
    jobAnswer({ status: "processing", progress: 40, version: 4 }),
    completedJob(),
  ];
  const client = await clientOf((_, nth) => ({ status: 200, body: states[nth - 1] ?? {} }));
  const seen: number[] = [];
  for await (const job of client.watch("01JOB", { waitSeconds: 5 })) seen.push(job.version);
  expect(seen).toEqual([1, 4, 9]);
  expect(api?.asked[1]?.url).toBe("/v1/jobs/01JOB?wait_seconds=5&after_version=1");
});
