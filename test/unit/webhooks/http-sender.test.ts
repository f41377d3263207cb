/** Against real servers on this machine. */
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { HttpSender } from "../../../lambdas/webhooks/sending/http-sender.ts";

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function receiver(listener: RequestListener): Promise<number> {
  const made = createServer(listener);
  server = made;
  await new Promise<void>((resolve) => made.listen(0, "127.0.0.1", resolve));
  return (made.address() as AddressInfo).port;
}

const onLaptop = { allowLoopback: true };
const sender = new HttpSender(onLaptop);
const request = (url: string) => ({ url, headers: { "webhook-id": "a" }, body: '{"ü":1}' });

test("the body and the headers arrive as they were signed", async () => {
  const seen: unknown[] = [];
  const port = await receiver((incoming, response) => {
    let body = "";
    incoming.setEncoding("utf8").on("data", (text: string) => (body += text));
    incoming.on("end", () => {
      seen.push([incoming.method, incoming.url, incoming.headers["webhook-id"], body]);
      response.writeHead(202).end("x".repeat(1_000_000));
    });
  });
  expect(await sender.send(request(`http://127.0.0.1:${port}/hook?a=b`))).toBe(202);
  expect(seen).toEqual([["POST", "/hook?a=b", "a", '{"ü":1}']]);
});

test("a redirect is an answer, and is not followed", async () => {
  let asked = 0;
  const port = await receiver((_, response) => {
    asked += 1;
    response.writeHead(307, { location: "/elsewhere" }).end();
  });
  expect(await sender.send(request(`http://127.0.0.1:${port}/`))).toBe(307);
  expect(asked).toBe(1);
});

test("a receiver that hangs is given up", async () => {
  const port = await receiver(() => undefined);
  const impatient = new HttpSender(onLaptop, 100);
  await expect(impatient.send(request(`http://127.0.0.1:${port}/`))).rejects.toThrow(
    "did not answer within 0.1 s",
  );
});

test("a receiver that refuses the connection is reported", async () => {
  const port = await receiver(() => undefined);
  server?.close();
  await expect(sender.send(request(`http://127.0.0.1:${port}/`))).rejects.toThrow(
    /could not be reached: .*ECONNREFUSED/,
  );
});

test.each(["127.0.0.1", "localhost", "[::1]"])(
  "this machine as %s is not reached, unless a laptop allows it",
  async (host) => {
    let asked = 0;
    const port = await receiver((_, response) => {
      asked += 1;
      response.end();
    });
    const strict = new HttpSender({ allowLoopback: false });
    await expect(strict.send(request(`http://${host}:${port}/`))).rejects.toThrow(
      /has the address (127\.0\.0\.1|::1), which is not public/,
    );
    expect(asked).toBe(0);
  },
);

test("the metadata of a machine in the cloud is not reached, however it is written", async () => {
  for (const host of [
    "169.254.169.254",
    "2852039166",
    "0xa9.0xfe.0xa9.0xfe",
    "[::ffff:a9fe:a9fe]",
  ]) {
    await expect(sender.send(request(`https://${host}/latest/meta-data/`))).rejects.toThrow(
      /which is not public/,
    );
  }
});
