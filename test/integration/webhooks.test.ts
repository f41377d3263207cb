/** Webhooks to a real receiver on this machine, which the deployment of the tests allows. */
import { createHmac } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, inject, test, vi } from "vitest";
import { callApi } from "../support/api.ts";
import { newKey } from "../support/deployment/app.ts";

const app = inject("app");
let apiKey: string;
let server: Server;
let url: string;
/** The status of the next answers; 204 after them. */
const answers: number[] = [];
const received: { headers: NodeJS.Dict<string | string[]>; body: string }[] = [];

beforeAll(async () => {
  apiKey = await newKey(app);
  server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      received.push({ headers: request.headers, body });
      response.writeHead(answers.shift() ?? 204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
});
afterAll(() => server.close());

const call = (method: string, path: string, body?: unknown) =>
  callApi(app, method, path, { apiKey, ...(body === undefined ? {} : { body }) });
const ingest = (callback_url: string) =>
  call("POST", "/ingest", { text: "A short text about webhooks.", callback_url });

async function delivery(jobId: unknown, status: string): Promise<Record<string, unknown>> {
  return vi.waitFor(
    async () => {
      const { body } = await call("GET", "/webhooks/deliveries");
      const found = (body["deliveries"] as Record<string, unknown>[]).find(
        (one) => one["job_id"] === jobId,
      );
      expect(found).toMatchObject({ status });
      return found ?? {};
    },
    { timeout: 60_000, interval: 500 },
  );
}

test("a receiver that fails once gets the signed end of the job at the next attempt", async () => {
  answers.push(500);
  const { status, body } = await ingest(url);
  expect(status).toBe(202);
  await delivery(body["job_id"], "delivered");
  expect(received).toHaveLength(2);
  const [, { headers, body: payload } = { headers: {}, body: "" }] = received;
  expect(JSON.parse(payload)).toMatchObject({
    type: "job.completed",
    data: { job_id: body["job_id"], document_id: body["document_id"], status: "completed" },
  });
  const { secret } = (await call("GET", "/webhooks/secret")).body as { secret: string };
  const signed = `${String(headers["webhook-id"])}.${String(headers["webhook-timestamp"])}.${payload}`;
  const key = Buffer.from(secret.slice("whsec_".length), "base64");
  expect(headers["webhook-signature"]).toBe(
    `v1,${createHmac("sha256", key).update(signed).digest("base64")}`,
  );
});

test("a webhook that a gone receiver refused is listed, and is sent again on request", async () => {
  answers.push(410);
  const { body } = await ingest(url);
  const failed = await delivery(body["job_id"], "failed");
  expect(failed["last_error"]).toMatch(/answered 410/);
  const replayed = await call(
    "POST",
    `/webhooks/deliveries/${String(failed["delivery_id"])}/replay`,
  );
  expect(replayed).toMatchObject({ status: 202, body: { status: "pending" } });
  await delivery(body["job_id"], "delivered");
});

test("a private address is not asked, and the delivery says so", async () => {
  const { body } = await ingest("https://169.254.169.254/latest/meta-data/");
  const pending = await delivery(body["job_id"], "pending");
  await vi.waitFor(
    async () => {
      const one = await delivery(body["job_id"], "pending");
      expect(one["last_error"]).toMatch(/has the address 169\.254\.169\.254, which is not public/);
    },
    { timeout: 60_000, interval: 500 },
  );
  expect(pending["url"]).toBe("https://169.254.169.254/latest/meta-data/");
});

test.each([
  "http://example.com/hook",
  "ftp://example.com",
  "https://me:secret@example.com",
  "hook",
])("the address %s is refused at once", async (callbackUrl) => {
  const { status, body } = await ingest(callbackUrl);
  expect(status).toBe(400);
  expect(body["issues"]).toMatchObject([{ path: "callback_url" }]);
});
