import { decodeJwt } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Drawer } from "../../../console/logic/key.ts";
import { beginSignIn, endSignIn } from "../../../console/logic/sign-in.ts";
import { returnedFrom } from "../../../console/logic/sign-in-offer.ts";
import type { ConsoleSignIn } from "../../../lambdas/contract/console-sign-in.ts";
import { consoleSignIn } from "../../../lambdas/http/console/sign-in.ts";
import { parseSettings } from "../../../lambdas/platform/settings.ts";
import { audience, type OidcIssuer, startIssuer } from "../../support/oidc-issuer.ts";

const page = "https://abc.execute-api.eu-central-1.amazonaws.com/v1/console";
const hash = "#/documents";
let issuer: OidcIssuer;
let drawer: Drawer;
beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.close());
beforeEach(() => {
  issuer.signInAs({ tenant: "acme" });
  issuer.failWith(undefined);
  const held = new Map<string, string>();
  drawer = {
    getItem: (name) => held.get(name) ?? null,
    setItem: (name, value) => held.set(name, value),
    removeItem: (name) => held.delete(name),
  };
});

async function offered(env: Readonly<Record<string, string>> = {}): Promise<ConsoleSignIn> {
  const settings = parseSettings({
    SLUICE_AUTH: "jwt",
    SLUICE_JWT_ISSUER: issuer.url,
    SLUICE_JWT_AUDIENCE: audience,
    SLUICE_JWT_CONSOLE_CLIENT_ID: "console",
    ...env,
  });
  return (await consoleSignIn(settings))!;
}

/** Follows the issuer's redirection, as a browser does. */
async function sentBack(address: string): Promise<string> {
  const answer = await fetch(address, { redirect: "manual" });
  return answer.headers.get("location") ?? "";
}

async function signedIn(env?: Readonly<Record<string, string>>) {
  const signIn = await offered(env);
  const address = await sentBack(await beginSignIn(signIn, { page, hash, drawer }));
  return endSignIn(signIn, { page, address, drawer });
}

test.each([
  ["access", audience],
  ["id", "console"],
])("a person who signs in gets the %s token, and comes back to the view", async (kind, aud) => {
  const { token, hash: view } = await signedIn({ SLUICE_JWT_CONSOLE_TOKEN: kind });
  expect(decodeJwt(token)).toMatchObject({ token_use: kind, tenant: "acme", aud });
  expect(view).toBe(hash);
});

test("the issuer is asked for a code for this page, with a challenge that only this tab can meet", async () => {
  const signIn = await offered({ SLUICE_JWT_CONSOLE_SCOPE: "openid sluice/all" });
  const address = new URL(await beginSignIn(signIn, { page, hash, drawer }));
  const { code_challenge, state, ...asked } = Object.fromEntries(address.searchParams);
  expect(address.href).toContain(`${issuer.url}/authorize?`);
  expect(asked).toEqual({
    response_type: "code",
    client_id: "console",
    redirect_uri: page,
    scope: "openid sluice/all",
    code_challenge_method: "S256",
  });
  expect(code_challenge).toMatch(/^[\w-]{43}$/);
  expect(state).toMatch(/^[\w-]{43}$/);
});

describe("a sign-in fails with a sentence", () => {
  const failure = (reason: RegExp) =>
    expect.objectContaining({ message: expect.stringMatching(reason) as unknown }) as unknown;

  test("if the person may not", async () => {
    issuer.signInAs(undefined);
    await expect(signedIn()).rejects.toEqual(failure(/^The sign-in failed: The person may not/));
  });

  test("if somebody else's answer comes back", async () => {
    const signIn = await offered();
    const address = await sentBack(await beginSignIn(signIn, { page, hash, drawer }));
    const forged = new URL(address);
    forged.searchParams.set("state", "other");
    const ending = endSignIn(signIn, { page, address: forged.href, drawer });
    await expect(ending).rejects.toEqual(failure(/^The sign-in failed: .*state/));
  });

  test("if the code was begun with another verifier, and no code is tried twice", async () => {
    const signIn = await offered();
    const address = await sentBack(await beginSignIn(signIn, { page, hash, drawer }));
    await beginSignIn(signIn, { page, hash, drawer });
    const { state } = JSON.parse(drawer.getItem("sluice.sign-in") ?? "") as { state: string };
    const stolen = new URL(address);
    stolen.searchParams.set("state", state);
    const ending = () => endSignIn(signIn, { page, address: stolen.href, drawer });
    await expect(ending()).rejects.toEqual(failure(/^The sign-in failed: invalid_grant/));
    await expect(ending()).rejects.toEqual(failure(/did not begin in this tab/));
  });

  test("if the issuer fails to exchange the code", async () => {
    issuer.failWith(500, "/token");
    await expect(signedIn()).rejects.toEqual(failure(/^The sign-in failed: .*Sign in again\.$/));
  });
});

test("the page's address is an answer only if the tab has begun a sign-in", async () => {
  const address = `${page}?code=c&state=s`;
  expect(returnedFrom(address, drawer)).toBeUndefined();
  await beginSignIn(await offered(), { page, hash, drawer });
  expect(returnedFrom(address, drawer)).toBe(address);
  expect(returnedFrom(`${page}?error=access_denied&state=s`, drawer)).toContain("error=");
  for (const other of [page, `${page}?code=c`, `${page}?state=s`, `${page}#/jobs`]) {
    expect(returnedFrom(other, drawer)).toBeUndefined();
  }
});

test("nobody can sign in without a client for the console", async () => {
  const settings = parseSettings({
    SLUICE_AUTH: "jwt",
    SLUICE_JWT_ISSUER: issuer.url,
    SLUICE_JWT_AUDIENCE: audience,
  });
  expect(await consoleSignIn(settings)).toBeUndefined();
  expect(await consoleSignIn(parseSettings({}))).toBeUndefined();
});
