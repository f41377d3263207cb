import { mkdtemp, readdir, rmdir } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ExtractError } from "../../../../lambdas/pipeline/extract/errors.ts";
import { type ExtractOptions, extract } from "../../../../lambdas/pipeline/extract/extract.ts";
import { line, pdf } from "./making/pdf.ts";

const text = new TextEncoder().encode("some text");
const worker = (name: string) => new URL(`./workers/${name}.ts`, import.meta.url);

async function codeOf(options: ExtractOptions): Promise<string> {
  const error = await extract(text, {}, options).then(
    () => undefined,
    (error: unknown) => error as ExtractError,
  );
  expect(error?.message).toMatch(/\. .+\.$/u);
  expect(error?.retryable).toBe(false);
  return error?.code ?? "";
}

describe("a parser in a process of its own", () => {
  test.each([
    ["crashes", "crash", {}, "extraction_failed"],
    ["hangs", "hang", { deadlineMs: 500 }, "extraction_timeout"],
    ["eats the heap", "eat-heap", { maxHeapMiB: 64 }, "extraction_out_of_memory"],
    [
      "eats memory beside the heap",
      "eat-native",
      { maxMemoryMiB: 256 },
      "extraction_out_of_memory",
    ],
  ])(
    "that %s ends in a typed error, and the next document is read",
    async (_what, name, bounds, code) => {
      expect(await codeOf({ worker: worker(name), bounds })).toBe(code);
      expect((await extract(text, {})).markdown).toBe("some text");
    },
  );

  test.each(["http", "tcp", "udp", "dns"])("has no network: %s", async (way) => {
    let calls = 0;
    const server = createServer((_request, response) => {
      calls += 1;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const refused = extract(
      text,
      { filename: `http://127.0.0.1:${port}/?way=${way}` },
      { worker: worker("call-out") },
    );
    await expect(refused).rejects.toThrow(/has no network/u);
    await new Promise((resolve) => server.close(resolve));
    expect(calls).toBe(0);
  });

  test("ends when its caller gives up", async () => {
    const stopped = new AbortController();
    const reading = extract(text, {}, { worker: worker("hang"), signal: stopped.signal });
    stopped.abort(new Error("The function's time is up."));
    await expect(reading).rejects.toThrow("The function's time is up.");
  });

  test("reports its progress by page", async () => {
    const pages = Array.from({ length: 50 }, (_, index) => line(`This is page ${index} of many.`));
    const seen: { done: number; total?: number | undefined }[] = [];
    const { pageCount, marks } = await extract(
      pdf(pages),
      {},
      { onProgress: (progress) => seen.push(progress) },
    );
    expect({ pageCount, marks: marks.length }).toEqual({ pageCount: 50, marks: 50 });
    expect(seen.at(-1)).toEqual({ done: 50, total: 50 });
  });

  test("hands attachments over and leaves no file behind", async () => {
    const tempFolder = await mkdtemp(join(tmpdir(), "sluice-test-"));
    const mail =
      "From: a@b.c\nTo: d@e.f\nSubject: x\nContent-Type: text/csv; name=t.csv\nContent-Disposition: attachment\n\na,b\n";
    const { attachments } = await extract(
      new TextEncoder().encode(mail),
      { contentType: "message/rfc822" },
      { tempFolder },
    );
    expect(
      attachments.map(({ filename, bytes }) => [filename, Buffer.from(bytes).toString()]),
    ).toEqual([["t.csv", "a,b\n"]]);
    expect(await readdir(tempFolder)).toEqual([]);
    await rmdir(tempFolder);
  });
});
