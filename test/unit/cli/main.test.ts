import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { maxUploadBytes } from "../../../lambdas/contract/limits.ts";
import { environment } from "../../../lambdas/platform/environment.ts";
import {
  accepted,
  completedJob,
  jobAnswer,
  offeredUpload,
  type ScriptedApi,
  scriptedApi,
} from "../../support/cli/scripted-api.ts";
import { lines, run, sluiceIn } from "../../support/deployment/sluice.ts";

let api: ScriptedApi | undefined;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-cli-"));
  writeFileSync(join(folder, "report.md"), "# Report\n\nText.");
  writeFileSync(join(folder, "note.txt"), "A note.");
  writeFileSync(join(folder, "scan.pdf"), "%PDF-1.7");
  writeFileSync(join(folder, "latin.txt"), Buffer.from([0x63, 0x61, 0x66, 0xe9]));
  mkdirSync(join(folder, "sub"));
  writeFileSync(join(folder, "book.md"), "A line of the book.\n".repeat(250_000));
  writeFileSync(join(folder, "huge.txt"), "");
  truncateSync(join(folder, "huge.txt"), maxUploadBytes + 1);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => api?.close());

const sluice = (...args: string[]) => sluiceIn(folder, api?.url ?? "http://127.0.0.1:9", ...args);

const notFound = {
  status: 404,
  body: { error: "Job x does not exist.", code: "not_found", request_id: "r" },
};

describe("ingest", () => {
  test("sends a file as a document of its own and says how to follow the job", async () => {
    api = await scriptedApi(() => ({ status: 202, body: accepted }));
    const { status, err } = await sluice(
      "ingest",
      "report.md",
      "--attribute=year=2024",
      "--attribute=team=legal",
      "--attribute=ver=1.10",
      "--attribute=code=007",
      "--attribute=ratio=-0.5",
      "--attribute=final=true",
      "--max-tokens=128",
    );
    expect(status).toBe(0);
    expect(err).toContain("npm run sluice -- job 01JOB --watch");
    expect(api.asked[0]?.body).toMatchObject({
      text: "# Report\n\nText.",
      content_type: "text/markdown",
      title: "report",
      document_id: "report.md",
      attributes: {
        year: 2024,
        team: "legal",
        ver: "1.10",
        code: "007",
        ratio: -0.5,
        final: true,
      },
      options: { chunking: { max_tokens: 128 } },
    });
  });

  test("watches to the end and ends with 0", async () => {
    api = await scriptedApi(({ method }) =>
      method === "POST" ? { status: 202, body: accepted } : { status: 200, body: completedJob() },
    );
    const { status, err } = await sluice("ingest", "report.md", "--watch");
    expect(status).toBe(0);
    expect(err).toContain("report.md: completed in 3.5 s: 12 chunks, 12 LLM + 1 embedding calls");
  });

  test.each([
    ["of today", Date.now(), "npm run sluice -- retry 01JOB"],
    ["too old to be retried", Date.now() - 58 * 86_400_000, "Ingest the document again"],
  ])("shows why a job %s failed, what to do, and ends with 1", async (_, submittedMs, hint) => {
    const failed = jobAnswer({
      submitted_at: new Date(submittedMs).toISOString(),
      status: "failed",
      terminal: true,
      error: {
        code: "provider_unavailable",
        message: "The provider answered 500.",
        stage: "metadata",
        retryable: true,
      },
    });
    api = await scriptedApi(({ method }) =>
      method === "POST" ? { status: 202, body: accepted } : { status: 200, body: failed },
    );
    const { status, err } = await sluice("ingest", "report.md", "--watch");
    expect(status).toBe(1);
    expect(err).toContain("failed in metadata: The provider answered 500 (provider_unavailable).");
    expect(err).toContain(hint);
  });

  test("with --json prints objects only, also for a file that is refused", async () => {
    api = await scriptedApi(({ method, body }) => {
      if (method === "GET") return { status: 200, body: completedJob() };
      if ((body as { content_type: string }).content_type === "text/markdown")
        return { status: 202, body: accepted };
      return {
        status: 400,
        body: { error: "Blank.", code: "empty_document", request_id: "r" },
      };
    });
    const { status, out, err } = await sluice(
      "ingest",
      "report.md",
      "note.txt",
      "--watch",
      "--json",
    );
    expect(status).toBe(1);
    expect(err).toBe("");
    const seen = lines(out).map(({ type, file, code }) => [type, file, code]);
    expect(seen).toContainEqual(["accepted", "report.md", undefined]);
    expect(seen).toContainEqual(["job", "report.md", undefined]);
    expect(seen).toContainEqual(["error", "note.txt", "empty_document"]);
  });

  test("names every file it cannot use, and sends none", async () => {
    api = await scriptedApi(() => ({ status: 202, body: accepted }));
    const bad = ["sub", "https://example.com/page.html", "-", "gone.md", "*.rst", "huge.txt"];
    const { status, err } = await sluice("ingest", "report.md", ...bad);
    expect(status).toBe(2);
    expect(err).toContain("sub has no files. Hidden files are left out.");
    expect(err).toContain(
      "https://example.com/page.html is a URL, and Sluice reads files. Download it, for example: curl -sL 'https://example.com/page.html' | sluice ingest - --name page.html",
    );
    expect(err).toContain("A document from standard input needs a name");
    expect(err).toContain("gone.md does not exist.");
    expect(err).toContain("*.rst does not exist. No file matches this pattern.");
    expect(err).toContain(
      "huge.txt has 52428801 bytes; the limit is 52428800 bytes. Split it into several documents.",
    );
    expect(api.asked).toEqual([]);
  });

  test("uploads a file that is too large for a request, with one message", async () => {
    api = await scriptedApi((asked) => {
      if (asked.url === "/v1/uploads") return offeredUpload(asked);
      return asked.method === "PUT" ? { status: 200, body: "" } : { status: 202, body: accepted };
    });
    const { status, err } = await sluice("ingest", "book.md", "--title=The book");
    expect([status, err]).toEqual([
      0,
      "book.md: uploading 4.8 MB\nbook.md: queued as job 01JOB. Follow it: npm run sluice -- job 01JOB --watch\n",
    ]);
    expect(api.asked.at(-1)?.body).toMatchObject({
      upload_id: "01UPLOAD",
      title: "The book",
      document_id: "book.md",
    });
  });

  test("continues with the other files when an upload fails", async () => {
    api = await scriptedApi((asked) => {
      if (asked.url === "/v1/uploads") return offeredUpload(asked);
      return asked.method === "PUT"
        ? { status: 503, body: "<Error><Code>SlowDown</Code></Error>" }
        : { status: 202, body: accepted };
    });
    const { status, out, err } = await sluice("ingest", "book.md", "report.md", "--json");
    expect([status, err]).toEqual([1, ""]);
    const seen = lines(out).map(({ type, file, error }) => [type, file, error]);
    expect(seen).toContainEqual(["accepted", "report.md", undefined]);
    expect(seen).toContainEqual(["error", "book.md", expect.stringContaining("503 SlowDown")]);
  });
});

describe("the exit status", () => {
  test.each([
    [["--help"], 0],
    [["ingest", "--help"], 0],
    [["jobs", "--help"], 0],
    [["job", "--help"], 0],
    [["search", "--help"], 0],
    [["retry", "--help"], 0],
    [["cancel", "--help"], 0],
    [["documents", "--help"], 0],
    [["remove", "--help"], 0],
    [["chunks", "--help"], 0],
    [["sync", "--help"], 0],
    [["mcp", "--help"], 0],
    [["logs", "--help"], 0],
    [["health", "--help"], 0],
    [["usage", "--help"], 0],
    [["keys", "create", "--help"], 0],
    [["pause", "--help"], 0],
    [["resume", "--help"], 0],
    [["drain", "--help"], 0],
    [["dead-letters", "--help"], 0],
    [[], 2],
    [["frobnicate"], 2],
    [["ingest"], 2],
    [["job"], 2],
    [["jobs", "--status", "lost"], 2],
    [["jobs", "--limit", "many"], 2],
    [["jobs", "--limit", "0"], 2],
    [["documents", "--limit", "many"], 2],
    [["documents", "--limit", "101"], 2],
    [["search", "x", "--limit", "101"], 2],
    [["ingest", "report.md", "--max-tokens", "32"], 2],
    [["remove"], 2],
    [["chunks"], 2],
    [["sync"], 2],
    [["logs", "x"], 2],
    [["retry"], 2],
    [["retry", "x", "--failed"], 2],
    [["keys", "create"], 2],
    [["keys", "create", "--tenant", "a b"], 2],
    [["keys", "create", "--tenant", "a"], 2],
    [["keys", "list"], 2],
    [["keys", "revoke"], 2],
    [["dead-letters"], 2],
    [["drain", "--timeout", "soon"], 2],
    [["ingest", "report.md", "--attribute", "novalue"], 2],
    [["ingest", "report.md", "--attribute", "a=1", "--attribute", "a=2"], 2],
    [["ingest", "report.md", "--name", "other.md"], 2],
    [["ingest", "report.md", "--schema", "note.txt"], 2],
    [["ingest", "report.md", "note.txt", "--document-id", "a"], 2],
  ])("of %j is %i", async (args, expected) => {
    expect((await sluice(...args)).status).toBe(expected);
  });

  test("is 1 for an error answer, which --json prints for machines", async () => {
    api = await scriptedApi(() => notFound);
    const { status, out, err } = await sluice("job", "x", "--json");
    expect(status).toBe(1);
    expect(err).toContain("Job x does not exist (404 not_found).");
    expect(lines(out)).toEqual([notFound.body]);
  });

  test("is 1 with a sentence when nothing answers", async () => {
    api = undefined;
    const { status, err } = await sluice("health");
    expect(status).toBe(1);
    expect(err).toContain("Is `npm start` running?");
  });
});

describe("the deployment it speaks to", () => {
  const bare = (env: Record<string, string>, command = "jobs") =>
    run([command], { PATH: environment["PATH"], SLUICE_FOLDER: folder, ...env });
  const localFile = () => join(folder, "local.json");
  afterEach(() => rmSync(localFile(), { force: true }));

  test("is the local stack of npm start, unless the environment names another", async () => {
    api = await scriptedApi(() => ({ status: 200, body: { jobs: [] } }));
    const local = {
      api_url: `${api.url}/v1`,
      api_key: "local-key",
      endpoint: "http://127.0.0.1:9",
    };
    writeFileSync(localFile(), JSON.stringify(local));
    expect((await bare({})).status).toBe(0);
    await bare({ SLUICE_API_URL: api.url, SLUICE_API_KEY: "other-key" });
    expect(api.asked.map(({ headers }) => headers["x-api-key"])).toEqual([
      "local-key",
      "other-key",
    ]);
  });

  test("is the laptop's also under its address by name, so that the doctor looks at all of it", async () => {
    api = await scriptedApi(() => notFound);
    const local = { api_url: `${api.url}/v1`, api_key: "k", endpoint: "http://127.0.0.1:9" };
    writeFileSync(localFile(), JSON.stringify(local));
    const unseen = "Alarms and keys were not checked.";
    const named = { SLUICE_API_URL: api.url, SLUICE_API_KEY: "other-key" };
    expect((await bare(named, "doctor")).out).not.toContain(unseen);
    writeFileSync(localFile(), JSON.stringify({ ...local, api_url: "http://127.0.0.1:9/v1" }));
    expect((await bare(named, "doctor")).out).toContain(unseen);
  });

  test("may ask for a token in place of a key, but not for both", async () => {
    api = await scriptedApi(() => ({ status: 200, body: { jobs: [] } }));
    const named = { SLUICE_API_URL: api.url, SLUICE_TOKEN: "a.b.c" };
    expect((await bare(named)).status).toBe(0);
    const shown = api.asked.map(({ headers }) => [headers["authorization"], headers["x-api-key"]]);
    expect(shown).toEqual([["Bearer a.b.c", undefined]]);
    const both = await bare({ ...named, SLUICE_API_KEY: "k" });
    expect([both.status, both.err]).toEqual([2, expect.stringContaining("not both") as string]);
  });

  test("is never a mix of both", async () => {
    writeFileSync(localFile(), "{}");
    const { status, err } = await bare({ SLUICE_API_URL: "https://elsewhere.example" });
    expect(status).toBe(2);
    expect(err).toContain("Set both SLUICE_API_URL and SLUICE_API_KEY");
  });

  test("is reported as missing, also when its file is broken", async () => {
    expect((await bare({})).err).toContain("Run `npm start` in another terminal");
    for (const broken of ["{", "{}"]) {
      writeFileSync(localFile(), broken);
      const { status, err } = await bare({});
      expect([status, err]).toEqual([2, expect.stringContaining("cannot be read")]);
    }
  });
});
