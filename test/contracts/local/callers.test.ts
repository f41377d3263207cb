/** Which pages may call the emulator: it asks for no credentials, and browsers reach loopback. */
import { request } from "node:http";
import { describe, expect, inject, test } from "vitest";

interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** `fetch` sets Host and Origin itself. */
function call(headers: Record<string, string>, path = "/_ministack/ready"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(inject("endpoint") + path, { headers }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => (body += text));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    sent.on("error", reject).end();
  });
}

const { port } = new URL(inject("endpoint"));

describe("the emulator answers", () => {
  test.each([
    ["a program", {}],
    ["the console", { origin: "http://127.0.0.1:8060", "sec-fetch-site": "same-site" }],
    [
      "the console by its other name",
      { origin: "http://localhost:8060", "sec-fetch-site": "cross-site" },
    ],
    ["a page of its own", { origin: `http://127.0.0.1:${port}` }],
    ["localhost", { host: `localhost:${port}` }],
    ["a bucket's own name", { host: `files.s3.localhost:${port}` }],
    ["the IPv6 loopback", { host: `[::1]:${port}` }],
    ["an address that a person typed", { "sec-fetch-site": "none", "sec-fetch-mode": "navigate" }],
  ])("%s", async (_, headers: Record<string, string>) => {
    expect((await call(headers)).status).toBe(200);
  });

  test("a link of another site to a file, by its presigned address", async () => {
    const headers = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
    const answer = await call(headers, "/no-such-bucket/file?X-Amz-Signature=abc");
    expect(answer.body).not.toContain("Pages of other sites");
  });
});

describe("the emulator refuses", () => {
  test.each([
    ["a page of another site", { origin: "https://example.com" }],
    ["a page without an address of its own", { origin: "null" }],
    ["a page whose name begins like ours", { origin: "http://127.0.0.1.example.com" }],
    ["a page whose name ends like ours", { origin: "http://evil-localhost" }],
    ["a name that was made to resolve to this machine", { host: `rebound.example.com:${port}` }],
    [
      "such a name of its own page",
      { host: "rebound.example.com", origin: "http://rebound.example.com" },
    ],
    ["an address of the network", { host: `192.168.1.20:${port}` }],
    [
      "a script or image in another site's page",
      { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" },
    ],
    ["a link of another site", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" }],
  ])("%s", async (_, headers: Record<string, string>) => {
    const answer = await call(headers, "/?Action=ListQueues");
    expect(answer.status).toBe(403);
    expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
    expect(JSON.parse(answer.body)).toEqual({
      error: expect.stringMatching(/emulator/) as string,
      code: "forbidden",
      request_id: expect.stringMatching(/\S{8,}/) as string,
    });
  });

  test("the preflight by which another site's page asks", async () => {
    const headers = { origin: "https://example.com", "access-control-request-method": "PUT" };
    expect((await call(headers)).status).toBe(403);
  });
});
