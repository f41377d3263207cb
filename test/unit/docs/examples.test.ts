/** The calls by curl of docs/api.md, as a shell makes them of its text, against what the API takes. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type * as z from "zod";
import { routes } from "../../../infra/routes.ts";
import { batchRequestSchema } from "../../../lambdas/contract/calls/batch.ts";
import { ingestRequestSchema } from "../../../lambdas/contract/calls/ingest.ts";
import { searchRequestSchema } from "../../../lambdas/contract/calls/search.ts";
import { uploadRequestSchema } from "../../../lambdas/contract/calls/uploads.ts";

const schemas: Readonly<Record<string, z.ZodType>> = {
  "POST /ingest": ingestRequestSchema,
  "POST /ingest/batch": batchRequestSchema,
  "POST /search": searchRequestSchema,
  "POST /uploads": uploadRequestSchema,
};

interface Call {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly string[];
  readonly data: string | undefined;
}

let folder: string;
let calls: Call[];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-readme-"));
  writeFileSync(join(folder, "book.md"), "# A book");
  calls = callsOf(examples());
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function examples(): string {
  const page = readFileSync(join(import.meta.dirname, "../../../docs/api.md"), "utf8");
  const section = page.split("## By example")[1]?.split("\n## ")[0] ?? "";
  const blocks = [...section.matchAll(/```sh\n(.*?)```/gs)].map(([, block = ""]) => block);
  // As a person fills in what the responses said.
  return blocks
    .join("\n")
    .replace(/^KEY=.*$/m, "KEY=the-key")
    .replace("UPLOAD=01J…", "UPLOAD=01JABCDEFGHJKMNPQRSTVWXYZ0");
}

/** In place of curl stands what writes down its arguments. */
function callsOf(script: string): Call[] {
  const curl = String.raw`curl() { printf '%s\0' "$@"; printf '\1'; }`;
  const written = execFileSync("sh", ["-eu", "-c", `${curl}\n${script}`], { cwd: folder });
  const calls = written.toString().split("\u0001").slice(0, -1);
  return calls.map((args) => callOf(args.split("\0").slice(0, -1)));
}

function callOf(args: readonly string[]): Call {
  const valuesOf = (option: string) =>
    args.flatMap((arg, i) => (arg === option ? [args[i + 1] ?? ""] : []));
  const [data] = valuesOf("-d");
  const usual = data === undefined ? "GET" : "POST";
  return {
    method: args.includes("-T") ? "PUT" : (valuesOf("-X")[0] ?? usual),
    url: args.find((arg) => arg.startsWith("http")) ?? "",
    headers: valuesOf("-H"),
    data,
  };
}

/** The call among the API's, or nothing if it goes elsewhere. */
function routeOf({ method, url }: Call): string | undefined {
  const path = /^http:\/\/127\.0\.0\.1:8060\/v1(\/[^?]*)/.exec(url)?.[1];
  if (path === undefined) return undefined;
  const route = routes.find(
    (one) =>
      one.method === method && new RegExp(`^${one.path.replace("{id}", "[^/]+")}$`).test(path),
  );
  return route === undefined ? `no route for ${method} ${path}` : `${route.method} ${route.path}`;
}

test("each asks what the API answers, with a key", () => {
  const toApi = calls.filter((call) => routeOf(call) !== undefined);
  expect(toApi.map(routeOf)).toEqual([
    "POST /ingest",
    "GET /jobs/{id}",
    "GET /jobs",
    "POST /jobs/{id}/retry",
    "DELETE /jobs/{id}",
    "POST /search",
    "POST /uploads",
    "POST /ingest",
    "POST /ingest/batch",
    "GET /usage",
  ]);
  for (const { headers } of toApi) expect(headers).toContain("x-api-key: the-key");
});

test("each body is of the type and form that the API reads", () => {
  const sent = calls.filter(({ data }) => data !== undefined);
  expect(sent).toHaveLength(5);
  for (const call of sent) {
    expect(call.headers).toContain("content-type: application/json");
    const schema = schemas[routeOf(call) ?? ""];
    expect(schema?.safeParse(JSON.parse(call.data ?? "")).error?.issues).toBeUndefined();
    expect(schema).toBeDefined();
  }
});

test("an upload goes to the address that was offered, without the key", () => {
  const upload = calls.find(({ method }) => method === "PUT");
  expect(upload?.url).toBe("https://…");
  expect(upload?.headers).toEqual(["content-type: text/markdown"]);
});
