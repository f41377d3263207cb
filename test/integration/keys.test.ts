import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { DynamoKeyStore } from "../../lambdas/records/api-keys/dynamodb-key-store.ts";
import { localClient } from "../support/deployment/emulator.ts";
import { lines, sluiceBeside } from "../support/deployment/sluice.ts";

const app = inject("app");
const table = new DynamoDBClient(localClient(app.endpoint));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-keys-"));
  const local = { api_url: app.apiUrl, api_key: app.apiKey, endpoint: app.endpoint };
  writeFileSync(join(folder, "local.json"), JSON.stringify(local));
});
afterAll(() => {
  table.destroy();
  rmSync(folder, { recursive: true, force: true });
});

const keys = (...args: string[]) => sluiceBeside(folder, "keys", ...args);

async function newKey(tenant: string): Promise<string> {
  const { out } = await keys("create", "--tenant", tenant, "--json");
  return String(lines(out)[0]?.["api_key"]);
}

async function statusFor(apiKey: string): Promise<number> {
  const answer = await fetch(`${app.apiUrl}/jobs`, { headers: { "x-api-key": apiKey } });
  await answer.body?.cancel();
  return answer.status;
}

async function idsOf(tenant: string): Promise<string[]> {
  const { out } = await keys("list", "--json");
  return lines(out)
    .filter((key) => key["tenant"] === tenant)
    .map(({ id }) => String(id));
}

test("a new key is named by the id that revokes it", async () => {
  const tenant = `tenant-${randomUUID()}`;
  const { out } = await keys("create", "--tenant", tenant, "--json");
  const id = String(lines(out)[0]?.["id"]);
  expect(await idsOf(tenant)).toEqual([id]);
  expect((await keys("revoke", id)).status).toBe(0);
  expect(await idsOf(tenant)).toEqual([]);
});

test("keys are listed with whose they are, and without their values", async () => {
  const tenant = `tenant-${randomUUID()}`;
  const value = await newKey(tenant);
  const { status, out } = await keys("list");
  expect(status).toBe(0);
  expect(out).toMatch(new RegExp(`sluice-tenant-${tenant} +\\S+ +${tenant} +tenant$`, "m"));
  const all = out + (await keys("list", "--json")).out;
  for (const secret of [value, app.apiKey]) expect(all).not.toContain(secret);
});

test("a revoked key is refused at once and is in no list, and the tenant's other key goes on", async () => {
  const tenant = `tenant-${randomUUID()}`;
  const [first, second] = [await newKey(tenant), await newKey(tenant)];
  const name = `sluice-tenant-${tenant}`;
  const ids = await idsOf(tenant);
  expect(ids).toHaveLength(2);

  // Of one name: which of them is not for a program to guess.
  const both = await keys("revoke", name);
  expect([both.status, both.err]).toEqual([1, expect.stringContaining(ids.join(", ")) as string]);
  expect([await statusFor(first), await statusFor(second)]).toEqual([200, 200]);

  const one = await keys("revoke", ids[0]!);
  expect([one.status, one.out]).toEqual([0, `Revoked ${name} (${ids[0]}).\n`]);
  expect([await statusFor(first), await statusFor(second)].toSorted((a, b) => a - b)).toEqual([
    200, 403,
  ]);
  expect(await idsOf(tenant)).toEqual([ids[1]]);

  expect((await keys("revoke", name)).status).toBe(0);
  expect([await statusFor(first), await statusFor(second)]).toEqual([403, 403]);
  // The gateway refuses it, and the app would.
  const store = new DynamoKeyStore(table, app.outputs.TableName);
  expect([await store.callerOf(first), await store.callerOf(second)]).toEqual([
    undefined,
    undefined,
  ]);
  const gone = await keys("revoke", name);
  expect([gone.status, gone.err]).toEqual([
    1,
    expect.stringContaining("No key has the name or id"),
  ]);
});

test("the key that the command line uses is revoked only on purpose", async () => {
  const tenant = `tenant-${randomUUID()}`;
  const own = await newKey(tenant);
  const [id = ""] = await idsOf(tenant);
  const using = mkdtempSync(join(tmpdir(), "sluice-own-key-"));
  const local = { api_url: app.apiUrl, api_key: own, endpoint: app.endpoint };
  writeFileSync(join(using, "local.json"), JSON.stringify(local));
  try {
    const kept = await sluiceBeside(using, "keys", "revoke", id);
    expect([kept.status, kept.err]).toEqual([1, expect.stringContaining("add --yes") as string]);
    expect(await statusFor(own)).toBe(200);
    expect((await sluiceBeside(using, "keys", "revoke", id, "--yes")).status).toBe(0);
    expect(await statusFor(own)).toBe(403);
  } finally {
    rmSync(using, { recursive: true, force: true });
  }
});
