import type { APIGatewayProxyEvent } from "aws-lambda";
import { describe, expect, test } from "vitest";
import type { RefusalReason } from "../../../../lambdas/contract/refusals.ts";
import { callerOf } from "../../../../lambdas/http/callers/caller-of.ts";
import { parseSettings } from "../../../../lambdas/platform/settings.ts";
import type { KeyStore } from "../../../../lambdas/records/api-keys/api-keys.ts";

const keys: Pick<KeyStore, "callerOf"> = {
  callerOf: (key) =>
    Promise.resolve(key === "known" ? { tenant: "by-key", role: "operator" } : undefined),
};
const jwt = {
  SLUICE_AUTH: "jwt",
  SLUICE_JWT_ISSUER: "https://login.example.com",
  SLUICE_JWT_AUDIENCE: "sluice",
};
const iam = (...callers: readonly object[]) => ({
  SLUICE_AUTH: "iam",
  SLUICE_IAM_CALLERS: JSON.stringify(callers),
});

interface Request {
  readonly headers?: Readonly<Record<string, string>>;
  readonly authorizer?: Readonly<Record<string, unknown>>;
  readonly userArn?: string;
}

function caller(env: Readonly<Record<string, string>>, request: Request) {
  const { headers = {}, authorizer, userArn = null } = request;
  const event = { headers, requestContext: { authorizer, identity: { userArn } } };
  return callerOf(event as unknown as APIGatewayProxyEvent, keys as KeyStore, parseSettings(env));
}
const forbidden = (reason: RefusalReason, sentence: RegExp) => ({
  code: "forbidden",
  details: { reason },
  message: expect.stringMatching(sentence) as unknown,
});

/** Everything that a request may show at once. */
const all: Request = {
  headers: { "X-Api-Key": "known", Authorization: "Bearer x" },
  authorizer: { principalId: "user-1", subject: "user-1", tenant: "by-token", role: "tenant" },
  userArn: "arn:aws:iam::111122223333:user/ann",
};

describe("a request's caller", () => {
  test("is the key's, where callers have keys", async () => {
    expect(await caller({}, all)).toEqual({ tenant: "by-key", role: "operator" });
    const { headers: _, ...withoutKey } = all;
    await expect(caller({}, withoutKey)).rejects.toMatchObject(forbidden("api_key", /API key/));
  });

  test("is the token's, where callers have tokens, whatever key it sends", async () => {
    expect(await caller(jwt, all)).toEqual({
      tenant: "by-token",
      role: "tenant",
      subject: "user-1",
    });
    const { authorizer: _, ...withoutToken } = all;
    await expect(caller(jwt, withoutToken)).rejects.toMatchObject({ name: "ZodError" });
  });

  test("is the principal's, where callers sign, whatever else it sends", async () => {
    const anyone = iam({ principal: "*", tenant: "by-principal" });
    expect(await caller(anyone, all)).toEqual({
      tenant: "by-principal",
      role: "tenant",
      subject: all.userArn,
    });
    const { userArn: _, ...unsigned } = all;
    await expect(caller(anyone, unsigned)).rejects.toMatchObject(
      forbidden("principal", /SLUICE_IAM_CALLERS/),
    );
  });

  test("whose token names no tenant is told which claim is missing", async () => {
    const authorizer = { subject: "u", role: "operator", tenantClaim: "missing" };
    const named = { ...jwt, SLUICE_JWT_TENANT_CLAIM: "custom:tenant" };
    await expect(caller(named, { authorizer })).rejects.toMatchObject(
      forbidden("token_claim", /no claim custom:tenant/),
    );
  });

  test("whose token names something that is no tenant is told what a name may be", async () => {
    const authorizer = { subject: "u", role: "tenant", tenantClaim: "unusable" };
    await expect(caller(jwt, { authorizer })).rejects.toMatchObject(
      forbidden("token_claim", /claim tenant of this token is no tenant's name/),
    );
  });
});

const session = (role: string) => `arn:aws:sts::111122223333:assumed-role/${role}/i-0abc`;

test.each([
  ["arn:aws:iam::111122223333:user/ann", "arn:aws:iam::111122223333:user/ann"],
  ["arn:aws:iam::111122223333:user/*", "arn:aws:iam::111122223333:user/team/ann"],
  ["arn:aws:iam::111122223333:role/ingest", session("ingest")],
  // A session does not tell the role's path.
  ["arn:aws:iam::111122223333:role/service/team/ingest", session("ingest")],
  ["arn:aws:iam::111122223333:role/ingest-*", session("ingest-prod")],
  ["arn:aws:iam::*:role/ingest", session("ingest")],
  ["arn:aws:sts::111122223333:assumed-role/ingest/*", session("ingest")],
  ["*", session("anything")],
])("%s is the principal of %s", async (principal, userArn) => {
  expect(await caller(iam({ principal, tenant: "acme" }), { userArn })).toMatchObject({
    tenant: "acme",
  });
});

test.each([
  ["arn:aws:iam::111122223333:user/ann", "arn:aws:iam::111122223333:user/anna"],
  ["arn:aws:iam::111122223333:user/ann", "arn:aws:iam::444455556666:user/ann"],
  ["arn:aws:iam::111122223333:role/ingest", session("ingest-prod")],
  ["arn:aws:iam::111122223333:role/ingest", session("not/ingest")],
  ["arn:aws:iam::444455556666:role/ingest", session("ingest")],
  ["arn:aws-cn:iam::111122223333:role/ingest", session("ingest")],
  ["arn:aws:iam::111122223333:role/ing*t-*", session("ingest")],
  ["arn:aws:iam::111122223333:user/ingest", session("ingest")],
])("%s is not the principal of %s", async (principal, userArn) => {
  await expect(caller(iam({ principal, tenant: "acme" }), { userArn })).rejects.toMatchObject(
    forbidden("principal", new RegExp(userArn.replaceAll(/[*+]/g, "."))),
  );
});

test("the first entry that matches a principal decides", async () => {
  const callers = iam(
    { principal: "arn:aws:iam::111122223333:role/admin", tenant: "house", role: "operator" },
    { principal: "*", tenant: "guests" },
  );
  expect(await caller(callers, { userArn: session("admin") })).toMatchObject({
    tenant: "house",
    role: "operator",
  });
  expect(await caller(callers, { userArn: session("other") })).toMatchObject({
    tenant: "guests",
    role: "tenant",
  });
});
