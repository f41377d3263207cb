import type { APIGatewayRequestAuthorizerEvent } from "aws-lambda";
import { generateKeyPair, SignJWT, UnsecuredJWT } from "jose";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { authorize } from "../../../../lambdas/http/authorizer/authorize.ts";
import {
  clockToleranceSeconds,
  issuerRestMs,
  keysKeptMs,
  keysMaxAgeMs,
} from "../../../../lambdas/http/authorizer/limits.ts";
import {
  createTokenVerifier,
  type TokenVerifier,
} from "../../../../lambdas/http/authorizer/token-verifier.ts";
import { parseSettings } from "../../../../lambdas/platform/settings.ts";
import { audience, type OidcIssuer, startIssuer } from "../../../support/oidc-issuer.ts";

let issuer: OidcIssuer;
let tokens: TokenVerifier;
beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.close());
beforeEach(() => {
  issuer.failWith(undefined);
  issuer.claimToBe(issuer.url);
  tokens = createTokenVerifier(issuer.url, [audience, "client-7"]);
});

const methodArn = "arn:aws:execute-api:eu-central-1:111122223333:abc/v1/POST/ingest/batch";

function asked(header: string | undefined, env: Record<string, string> = {}) {
  const settings = parseSettings({
    SLUICE_AUTH: "jwt",
    SLUICE_JWT_ISSUER: issuer.url,
    SLUICE_JWT_AUDIENCE: `${audience}, client-7`,
    ...env,
  });
  const headers = header === undefined ? {} : { authorization: header };
  return authorize({ headers, methodArn } as APIGatewayRequestAuthorizerEvent, tokens, settings);
}
const allowed = async (claims: Readonly<Record<string, unknown>>, env?: Record<string, string>) =>
  (await asked(`Bearer ${await issuer.token(claims)}`, env)).context;
const now = () => Math.floor(Date.now() / 1_000);
/** The message by which API Gateway answers 401. */
const unauthorized = { name: "UnauthorizedError", message: "Unauthorized" };

describe("a good token", () => {
  test.each(["RS256", "ES256"] as const)(
    "signed by %s names its tenant and subject",
    async (alg) => {
      const token = await issuer.token({ tenant: "acme" }, { alg });
      expect(await asked(`Bearer ${token}`)).toEqual({
        principalId: "user-1",
        policyDocument: {
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Action: "execute-api:Invoke",
              // The answer is kept for the token's next calls, whichever they are.
              Resource: "arn:aws:execute-api:eu-central-1:111122223333:abc/v1/*",
            },
          ],
        },
        context: { subject: "user-1", tenant: "acme", role: "tenant" },
      });
    },
  );

  test("may be for one of several audiences", async () => {
    expect(await allowed({ tenant: "acme", aud: ["other", "client-7"] })).toMatchObject({
      tenant: "acme",
    });
  });

  test("of Cognito has a client id in place of an audience", async () => {
    const claims = { aud: undefined, client_id: "client-7", token_use: "access", tenant: "acme" };
    expect(await allowed(claims)).toMatchObject({ tenant: "acme" });
  });

  test("may be sent with the scheme in any case", async () => {
    const token = await issuer.token({ tenant: "acme" });
    expect((await asked(`bearer ${token}`)).context).toMatchObject({ tenant: "acme" });
  });

  test("is accepted although the issuer's clock is a little ahead or behind", async () => {
    const few = clockToleranceSeconds - 10;
    expect(await allowed({ tenant: "acme", nbf: now() + few })).toMatchObject({ tenant: "acme" });
    expect(await allowed({ tenant: "acme", exp: now() - few })).toMatchObject({ tenant: "acme" });
  });

  test("signed with a key that is new at the issuer is accepted by a process that has its keys", async () => {
    const rotating = await startIssuer();
    try {
      tokens = createTokenVerifier(rotating.url, [audience]);
      await tokens.verify(await rotating.token({}));
      expect(rotating.asked).toHaveLength(2);
      await rotating.rotate();
      const next = await rotating.token({ sub: "user-2" });
      // Not before the cool-down, so that made-up keys cannot make the issuer busy.
      await expect(tokens.verify(next)).rejects.toThrow("no applicable key");
      expect(rotating.asked).toHaveLength(2);
      const later = createTokenVerifier(rotating.url, [audience]);
      expect(await later.verify(next)).toMatchObject({ subject: "user-2" });
    } finally {
      await rotating.close();
    }
  });

  test("asks nothing of the issuer whose keys are known", async () => {
    await allowed({ tenant: "acme" });
    const before = issuer.asked.length;
    await Promise.all(Array.from({ length: 20 }, () => allowed({ tenant: "acme" })));
    expect(issuer.asked).toHaveLength(before);
  });
});

describe("the claims", () => {
  test.each([
    ["custom:tenant", { "custom:tenant": "acme" }],
    ["https://example.com/tenant", { "https://example.com/tenant": "acme" }],
    ["organization.id", { organization: { id: "acme" } }],
  ])("name the tenant by %s", async (name, claims) => {
    expect(await allowed(claims, { SLUICE_JWT_TENANT_CLAIM: name })).toEqual({
      subject: "user-1",
      role: "tenant",
      tenant: "acme",
    });
  });

  test("without a tenant pass on that it is missing", async () => {
    expect(await allowed({})).toEqual({
      subject: "user-1",
      role: "tenant",
      tenantClaim: "missing",
    });
  });

  test.each([[7], [["acme"]], [{ id: "acme" }], ["a#b"], [""], ["x".repeat(65)], ["__proto__"]])(
    "pass on that %j is no tenant's name",
    async (tenant) => {
      expect(await allowed({ tenant })).toEqual({
        subject: "user-1",
        role: "tenant",
        tenantClaim: "unusable",
      });
    },
  );

  test("name nothing that every object has", async () => {
    expect(await allowed({}, { SLUICE_JWT_TENANT_CLAIM: "constructor.name" })).toMatchObject({
      tenantClaim: "missing",
    });
  });

  test.each([
    ["cognito:groups", "operators", { "cognito:groups": ["staff", "operators"] }],
    ["scope", "sluice/operator", { scope: "openid sluice/operator" }],
    ["realm_access.roles", "operator", { realm_access: { roles: ["operator"] } }],
    ["operator", "true", { operator: true }],
  ])("make an operator by %s", async (claim, value, claims) => {
    const by = { SLUICE_JWT_OPERATOR_CLAIM: claim, SLUICE_JWT_OPERATOR_VALUE: value };
    expect(await allowed({ ...claims, tenant: "acme" }, by)).toMatchObject({ role: "operator" });
    expect(await allowed({ tenant: "acme" }, by)).toMatchObject({ role: "tenant" });
    expect(await allowed({ ...claims, tenant: "acme" })).toMatchObject({ role: "tenant" });
  });

  test("make no operator by a value that only begins like the right one", async () => {
    const by = { SLUICE_JWT_OPERATOR_CLAIM: "scope", SLUICE_JWT_OPERATOR_VALUE: "operator" };
    const claims = { tenant: "acme", scope: "operators operator:read" };
    expect(await allowed(claims, by)).toMatchObject({ role: "tenant" });
  });
});

describe("a token is refused", () => {
  test.each([
    ["that has expired", { exp: 1_000 }],
    ["that expired just longer ago than clocks differ", { exp: now() - clockToleranceSeconds - 5 }],
    ["without an expiry", { exp: undefined }],
    ["that is not valid yet", { nbf: now() + 300 }],
    ["of another issuer", { iss: "https://other.example.com" }],
    ["for another audience", { aud: "other" }],
    ["for another audience, whatever its client is", { aud: "other", client_id: "client-7" }],
    ["of another client without an audience", { aud: undefined, client_id: "other" }],
    ["for nobody", { aud: undefined }],
    ["without a subject", { sub: undefined }],
    ["whose subject is no text", { sub: 7 }],
  ])("%s", async (_, claims) => {
    await expect(allowed({ tenant: "acme", ...claims })).rejects.toMatchObject(unauthorized);
  });

  test.each([
    [undefined],
    [""],
    ["Bearer"],
    ["Bearer "],
    ["Basic dXNlcjpwdw=="],
    ["Bearer not-a-token"],
    ["Bearer a.b.c"],
    ["Bearer a b"],
  ])("if the header is %j, and the issuer is not asked", async (header) => {
    const before = issuer.asked.length;
    await expect(asked(header)).rejects.toMatchObject(unauthorized);
    expect(issuer.asked).toHaveLength(before);
  });

  const claims = () => ({
    iss: issuer.url,
    aud: audience,
    sub: "user-1",
    tenant: "acme",
    exp: now() + 600,
  });

  test("that nobody signed", async () => {
    const unsigned = new UnsecuredJWT(claims()).encode();
    await expect(asked(`Bearer ${unsigned}`)).rejects.toMatchObject(unauthorized);
    await expect(asked(`Bearer ${unsigned}c2ln`)).rejects.toMatchObject(unauthorized);
  });

  test("that is signed with the text of the public key, as a shared secret", async () => {
    const response = await fetch(`${issuer.url}/jwks.json`);
    const { keys } = (await response.json()) as { keys: { n: string; kid: string }[] };
    const forged = await new SignJWT(claims())
      .setProtectedHeader({ alg: "HS256", kid: keys[0]!.kid })
      .sign(Buffer.from(keys[0]!.n, "base64url"));
    const before = issuer.asked.length;
    await expect(asked(`Bearer ${forged}`)).rejects.toMatchObject(unauthorized);
    // Its algorithm is enough to refuse it.
    expect(issuer.asked).toHaveLength(before);
  });

  test("that is signed with a key of somebody else, under the name of the issuer's", async () => {
    const { privateKey } = await generateKeyPair("RS256");
    const signer = { key: privateKey, kid: "RS256-0" };
    const forged = await issuer.token({ tenant: "acme" }, { signer });
    await expect(asked(`Bearer ${forged}`)).rejects.toMatchObject(unauthorized);
  });

  test("whose claims were changed after it was signed", async () => {
    const [header, , signature] = (await issuer.token({ tenant: "acme" })).split(".");
    const other = Buffer.from(JSON.stringify({ ...claims(), tenant: "other" }));
    const changed = [header, other.toString("base64url"), signature].join(".");
    await expect(asked(`Bearer ${changed}`)).rejects.toMatchObject(unauthorized);
  });

  test("that names a key which the issuer does not have", async () => {
    const { privateKey } = await generateKeyPair("RS256");
    const signer = { key: privateKey, kid: "other" };
    const forged = await issuer.token({ tenant: "acme" }, { signer });
    await expect(asked(`Bearer ${forged}`)).rejects.toMatchObject(unauthorized);
  });
});

describe("an issuer whose keys cannot be read says nothing of a token", () => {
  const unreachable = { name: "IssuerUnreachableError" };
  // Only the clock: the issuer answers over real HTTP.
  const later = (ms: number) => vi.setSystemTime(Date.now() + ms);
  beforeEach(() => vi.useFakeTimers({ toFake: ["Date"] }));
  afterEach(() => vi.useRealTimers());

  test.each([500, 404])("while it answers %i, and is asked again afterwards", async (status) => {
    issuer.failWith(status);
    await expect(allowed({ tenant: "acme" })).rejects.toMatchObject(unreachable);
    issuer.failWith(undefined);
    later(issuerRestMs);
    expect(await allowed({ tenant: "acme" })).toMatchObject({ tenant: "acme" });
  });

  test("and is not asked by each token meanwhile", async () => {
    issuer.failWith(500);
    await expect(allowed({ tenant: "acme" })).rejects.toMatchObject(unreachable);
    const before = issuer.asked.length;
    later(issuerRestMs - 1_000);
    await expect(allowed({ tenant: "acme" })).rejects.toMatchObject(unreachable);
    expect(issuer.asked).toHaveLength(before);
  });

  test("unless the token's key was read within the last day", async () => {
    await allowed({ tenant: "acme" });
    issuer.failWith(500);
    later(keysMaxAgeMs + 1_000);
    expect(await allowed({ tenant: "acme" })).toMatchObject({ tenant: "acme" });
    const before = issuer.asked.length;
    expect(await allowed({ tenant: "acme" })).toMatchObject({ tenant: "acme" });
    expect(issuer.asked).toHaveLength(before);
    later(keysKeptMs);
    await expect(allowed({ tenant: "acme" })).rejects.toMatchObject(unreachable);
  });

  test("whose key is not among those that were read", async () => {
    const rotating = await startIssuer();
    try {
      tokens = createTokenVerifier(rotating.url, [audience]);
      await tokens.verify(await rotating.token({}));
      await rotating.rotate();
      rotating.failWith(500);
      later(keysMaxAgeMs + 1_000);
      await expect(tokens.verify(await rotating.token({}))).rejects.toMatchObject(unreachable);
    } finally {
      await rotating.close();
    }
  });

  test("if only its keys are missing", async () => {
    issuer.failWith(503, "/jwks.json");
    await expect(allowed({ tenant: "acme" })).rejects.toMatchObject(unreachable);
    expect(issuer.asked.slice(-2)).toEqual([
      "/pool/.well-known/openid-configuration",
      "/pool/jwks.json",
    ]);
  });

  test("if nothing listens there", async () => {
    const gone = await startIssuer();
    const token = await gone.token({ tenant: "acme" });
    await gone.close();
    tokens = createTokenVerifier(gone.url, [audience]);
    await expect(asked(`Bearer ${token}`)).rejects.toMatchObject(unreachable);
  });

  test("if it gives itself another name", async () => {
    issuer.claimToBe(`${issuer.url}/`);
    await expect(allowed({ tenant: "acme" })).rejects.toMatchObject({
      ...unreachable,
      message: expect.stringContaining("SLUICE_JWT_ISSUER") as unknown,
    });
  });
});
