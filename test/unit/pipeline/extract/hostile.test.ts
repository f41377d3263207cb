import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { ExtractError } from "../../../../lambdas/pipeline/extract/errors.ts";
import { extract } from "../../../../lambdas/pipeline/extract/extract.ts";
import { hostile } from "./making/hostile.ts";
import { bundledWorker } from "./making/worker.ts";

interface Outcome {
  readonly code?: string;
  readonly words: string;
}

async function outcomeOf(file: Uint8Array, filename: string): Promise<Outcome> {
  try {
    const { markdown } = await extract(file, { filename }, { worker: await bundledWorker() });
    return { words: markdown };
  } catch (error) {
    if (!(error instanceof ExtractError)) throw error;
    return { code: error.code, words: error.message };
  }
}

function bytesOf(made: Uint8Array | string, filename: string): Uint8Array {
  return typeof made === "string"
    ? Buffer.from(made, filename.endsWith(".pdf") ? "latin1" : "utf8")
    : made;
}

test("there are 70 of them or more, each of another kind", () => {
  expect(
    new Set(hostile.map(({ what, filename }) => `${filename} ${what}`)).size,
  ).toBeGreaterThanOrEqual(70);
});

test.each(hostile)("$filename, $what, gives a typed error or the right text", async (one) => {
  const { code, words } = await outcomeOf(bytesOf(await one.file(), one.filename), one.filename);
  const isRight = one.outcome.some((expected) =>
    typeof expected === "string" ? expected === code : code === undefined && expected.test(words),
  );
  expect(isRight, `${code ?? ""}: ${words.slice(0, 200)}`).toBe(true);
  // An error says what happened, and then what to do.
  expect(code === undefined ? "Said. Done." : words).toMatch(/\S\. [A-Z].*\.$/su);
});

test("a document that refers to a server makes no call to it", async () => {
  let calls = 0;
  const server = createServer((_request, response) => {
    calls += 1;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const address = `http://127.0.0.1:${port}`;
  const page = `<html><link rel=stylesheet href="${address}/a.css"><img src="${address}/b.png"><p>words`;
  expect((await outcomeOf(Buffer.from(page), "a.html")).words).toBe("words\n");
  await new Promise((resolve) => server.close(resolve));
  expect(calls).toBe(0);
});
