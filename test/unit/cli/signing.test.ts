/** The command line in deployments whose callers sign (`SLUICE_AUTH=iam`). */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { createClient } from "../../../cli/client.ts";
import { UsageError } from "../../../cli/errors.ts";
import { signer } from "../../../cli/signing.ts";
import { environment } from "../../../lambdas/platform/environment.ts";
import { type Secrets, signatureFault } from "../../support/cli/sigv4.ts";
import { run } from "../../support/deployment/sluice.ts";
import { closeAtOnce, listen } from "../../support/loopback.ts";

const secrets: Secrets = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  sessionToken: "a+session/token==",
};
const region = "eu-central-1";
const credentials = {
  AWS_ACCESS_KEY_ID: secrets.accessKeyId,
  AWS_SECRET_ACCESS_KEY: secrets.secretAccessKey,
  AWS_SESSION_TOKEN: secrets.sessionToken ?? "",
  AWS_REGION: region,
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-signing-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** An API that recomputes the signature of each call, and answers only those that are signed well. */
async function signedApi(known: Secrets = secrets) {
  const asked: { readonly what: string; readonly fault: string | undefined }[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const fault = signatureFault(request, Buffer.concat(parts), { region, secrets: known });
      asked.push({ what: `${request.method} ${request.url}`, fault });
      const refused = {
        error: fault,
        code: "unauthenticated",
        request_id: "r",
        reason: "signature",
      };
      response.writeHead(fault === undefined ? 200 : 401, { "content-type": "application/json" });
      response.end(JSON.stringify(fault === undefined ? { jobs: [] } : refused));
    });
  });
  const url = await listen(server);
  onTestFinished(() => closeAtOnce(server));
  return { url, asked };
}

/** The credentials of the shell, and nothing else of this machine. */
function sluice(url: string, env: Readonly<Record<string, string>>, ...args: readonly string[]) {
  const files = {
    AWS_CONFIG_FILE: join(folder, "config"),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, "credentials"),
    AWS_EC2_METADATA_DISABLED: "true",
  };
  return run(args, {
    PATH: environment["PATH"],
    SLUICE_FOLDER: folder,
    SLUICE_API_URL: url,
    SLUICE_AUTH: "iam",
    ...files,
    ...env,
  });
}

test("a command signs its calls with the credentials of the shell", async () => {
  const api = await signedApi();
  const { status, err } = await sluice(api.url, credentials, "jobs");
  expect([status, err]).toEqual([0, expect.anything() as unknown]);
  const what = expect.stringMatching(/^GET \/v1\/jobs/) as unknown;
  expect(api.asked).toEqual([{ what, fault: undefined }]);
});

test("a command signs its calls with a profile, and says when a signature is refused", async () => {
  const api = await signedApi({ accessKeyId: "AKIDPROFILE", secretAccessKey: "of a profile" });
  const profile = "[work]\naws_access_key_id = AKIDPROFILE\naws_secret_access_key = of a profile\n";
  writeFileSync(join(folder, "credentials"), profile);
  const env = { AWS_PROFILE: "work", AWS_REGION: region };
  expect((await sluice(api.url, env, "jobs")).status).toBe(0);
  const { status, err } = await sluice(api.url, credentials, "jobs");
  expect([status, err]).toEqual([1, expect.stringContaining("401 unauthenticated")]);
});

test("the doctor signs, and advises on a signature that is refused", async () => {
  const api = await signedApi({ ...secrets, secretAccessKey: "another" });
  const { out } = await sluice(api.url, credentials, "doctor");
  expect(out).toMatch(/^PROBLEM\s+signature .*\n\s+→ .*AWS credentials/ms);
});

test("without credentials, or with a key beside, a command says what to set", async () => {
  const none = await sluice("http://127.0.0.1:9", { AWS_REGION: region }, "jobs");
  expect([none.status, none.err]).toEqual([
    2,
    expect.stringMatching(/could not be signed .* Set AWS_PROFILE/),
  ]);
  const both = await sluice("http://127.0.0.1:9", { SLUICE_API_KEY: "k" }, "jobs");
  expect([both.status, both.err]).toEqual([2, expect.stringContaining("SLUICE_AUTH=iam")]);
});

test("ids, queries and bodies of any characters are signed as they are sent", async () => {
  for (const [name, value] of Object.entries(credentials)) vi.stubEnv(name, value);
  const api = await signedApi();
  const client = createClient({ apiUrl: api.url, sign: signer(`${api.url}/v1`) });
  const calls = [
    client.jobs({ document_id: "docs:a b+c*(1)'!~é.md" }),
    client.jobs({ cursor: "a=b&c/d%20+==" }),
    client.job("01KB8Z3V6Q0W4D9J7M2T5R1XYA", { waitSeconds: 5, afterVersion: 2 }),
    client.chunks("docs:2026:é (1).md", { from: 20 }),
    client.ingest({ text: "ä".repeat(100_000), title: "a  b" }, { idempotencyKey: "k  1" }),
    client.search({ query: "how + why?" }),
    client.removeDocument("docs:a"),
    client.checkProviders(),
  ];
  // The answer has not the form of most calls; what counts is that it came.
  await Promise.allSettled(calls);
  expect(api.asked.map(({ fault }) => fault)).toEqual(calls.map(() => undefined));
});

test("the region is that of the API's address, or that of the shell", () => {
  vi.stubEnv("AWS_REGION", "");
  vi.stubEnv("AWS_DEFAULT_REGION", "");
  expect(() => signer("https://a1.execute-api.eu-west-3.amazonaws.com/v1")).not.toThrow();
  expect(() => signer("https://api.example.com/v1")).toThrow(UsageError);
  vi.stubEnv("AWS_REGION", region);
  expect(() => signer("https://api.example.com/v1")).not.toThrow();
});
