/**
 * A person signs in to the console at an issuer. The page, its policy, the verification of tokens
 * and the issuer are real; the API behind it answers what an empty deployment would.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { compilePage } from "../../infra/bundling/page.ts";
import { createTokenVerifier } from "../../lambdas/http/authorizer/token-verifier.ts";
import { servePage } from "../../lambdas/http/console/serve.ts";
import { consoleSignIn } from "../../lambdas/http/console/sign-in.ts";
import { examples } from "../../lambdas/http/openapi/examples.ts";
import { parseSettings } from "../../lambdas/platform/settings.ts";
import { launchBrowser, type OpenPage, openPage, shoot } from "../support/browser.ts";
import { audience, type OidcIssuer, startIssuer } from "../support/oidc-issuer.ts";

let issuer: OidcIssuer;
let server: Server;
let address: string;
let browser: Browser;
let opened: OpenPage;
/** Whose token each call showed. */
const callers: string[] = [];
/** Whose tokens the API takes no longer, as if time had passed. */
const expired = new Set<string>();

beforeAll(async () => {
  issuer = await startIssuer();
  const signIn = await consoleSignIn(
    parseSettings({
      SLUICE_AUTH: "jwt",
      SLUICE_JWT_ISSUER: issuer.url,
      SLUICE_JWT_AUDIENCE: audience,
      SLUICE_JWT_CONSOLE_CLIENT_ID: "console",
    }),
  );
  const built = await compilePage();
  const assets = new Map(built.map(({ path, content }) => [path, content.toString("utf8")]));
  const tokens = createTokenVerifier(issuer.url, [audience]);
  const answers: Readonly<Record<string, unknown>> = {
    "/v1/health": examples["health"]?.answers[200],
    "/v1/jobs": { jobs: [] },
    "/v1/documents": { documents: [] },
    "/v1/sources": { sources: [] },
  };
  const answered = async (request: IncomingMessage, path: string) => {
    try {
      const header = request.headers.authorization ?? "";
      const { subject } = await tokens.verify(header.replace(/^Bearer /, ""));
      if (expired.has(subject)) throw new Error("expired");
      callers.push(subject);
      return { status: 200, body: answers[path] ?? {} };
    } catch {
      const refusal = { error: "Another token.", code: "unauthenticated", request_id: "r" };
      return { status: 401, body: refusal };
    }
  };
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const path = new URL(request.url ?? "", "http://x").pathname;
    const [, , at, file] = path.split("/");
    if (at === "console") {
      const page = servePage(assets, file, address, signIn);
      return response.writeHead(page.status, page.headers).end(page.body);
    }
    const { status, body } = await answered(request, path);
    return response
      .writeHead(status, { "content-type": "application/json" })
      .end(JSON.stringify(body));
  };
  server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  server.closeAllConnections();
  server.close();
  await issuer.close();
});
beforeEach(async () => {
  callers.length = 0;
  opened = await openPage(browser, { viewport: { width: 1280, height: 900 } });
});
afterEach(async () => {
  await opened.context.close();
  expectClean(opened);
});

/** No token stands in an address, which servers write down. */
function expectClean({ complaints, requested }: OpenPage): void {
  expect(complaints).toEqual([]);
  expect(requested.filter((url) => url.includes("eyJ"))).toEqual([]);
}

test("a person signs in, comes back to the view that was asked for, and signs in again once the token has expired", async () => {
  const { page } = opened;
  await page.goto(`${address}/v1/console#/documents`);
  await shoot(page, "sign-in");
  issuer.signInAs({ tenant: "acme", sub: "ann" });
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Documents" }).waitFor();
  expect(page.url()).toBe(`${address}/v1/console#/documents`);
  expect(callers).toContain("ann");
  const kept = () => page.evaluate<number>("localStorage.length");
  expect(await kept()).toBe(0);

  expired.add("ann");
  await page.getByRole("alert").filter({ hasText: "no longer valid" }).waitFor();
  issuer.signInAs({ tenant: "acme", sub: "ann-again" });
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Documents" }).waitFor();
  expect(callers).toContain("ann-again");
  await page.reload();
  await page.getByRole("heading", { name: "Documents" }).waitFor();
});

test("a person who may not sign in is told so, and can enter a token", async () => {
  const { page } = opened;
  issuer.signInAs(undefined);
  await page.goto(`${address}/v1/console`);
  await page.getByRole("button", { name: "Sign in" }).click();
  const alert = page.getByRole("alert");
  await alert.waitFor();
  expect(await alert.textContent()).toContain("The person may not use this");
  expect(page.url()).toBe(`${address}/v1/console#/`);

  await page.getByLabel("enter a token").fill(await issuer.token({ sub: "ben" }));
  await page.getByRole("button", { name: "Open the console" }).click();
  await page.getByText("No jobs yet").waitFor();
  expect(callers).toContain("ben");
  await page.getByRole("button", { name: "Forget key" }).click();
  await page.getByRole("button", { name: "Sign in" }).waitFor();
  expect(await page.getByRole("alert").count()).toBe(0);
});
