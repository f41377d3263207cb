import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jobOptionsOf } from "../../../lambdas/intake/options.ts";
import { sourceOf } from "../../../lambdas/intake/source.ts";
import { createWorld, portsOf } from "../../support/fakes/world.ts";
import { requestOf } from "../../support/pipeline.ts";

type Given = Parameters<typeof requestOf>[0];
const kept = async (given: Given, world = createWorld()) => {
  const source = await sourceOf("acme", requestOf(given), world);
  await source.keep("jobs/one/original");
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(
    await world.objects.get("jobs/one/original"),
  );
};
const looked = (given: Given) => sourceOf("acme", requestOf(given), createWorld());

/** An upload of these bytes, and its id. */
async function uploaded(contentType: string, bytes: Uint8Array) {
  const world = createWorld();
  const upload = { tenant: "acme", uploadId: "01JBQZ4Y8N8Q3V5W7X9ZABCDEF" };
  const nowMs = Date.now();
  const file = { contentType, sizeBytes: bytes.length, nowMs, validMs: 60_000 };
  world.uploads.put(await world.uploads.offer(upload, file), bytes);
  return { world, request: { text: undefined, upload_id: upload.uploadId } };
}

describe("a document in the request", () => {
  test("is kept as it was sent, with the type that was declared", async () => {
    expect(await kept({ text: " A text.\r\n" })).toBe(" A text.\r\n");
    expect(await looked({ text: "\ufeff# Größe" })).toMatchObject({
      contentType: "text/plain",
      sizeBytes: 12,
    });
    const declared = { content_type: "text/Markdown; charset=utf-8" };
    expect(await looked(declared)).toMatchObject({ contentType: declared.content_type });
  });

  test("of a type that is no text is refused, with the way to send it", async () => {
    const pdf = looked({ content_type: "application/pdf" });
    await expect(pdf).rejects.toThrow("Send the file as the body");
    await expect(pdf).rejects.toMatchObject({ code: "unsupported_type" });
    await expect(looked({ content_type: "image/png" })).rejects.toMatchObject({
      code: "unsupported_type",
    });
  });

  test.each([
    "",
    " ",
    "\n\t\r\n",
    "\u00a0\u2003\u3000\ufeff",
    "\u200b\ufeff",
    "\u0000\u0001",
    "\u00ad\u2060",
    "\u2800",
    "\u3164\u115f",
    "\ufe0f",
    "\uffff",
    "\u2028\n",
  ])("of nothing that a reader sees is refused: %j", async (text) => {
    await expect(looked({ text })).rejects.toMatchObject({ code: "empty_document" });
  });

  test.each(["。", "😀", "👩‍👩‍👧", "?", "\u200bx", "\u0301", "\ue000", "\ufffd", "١", "\u0001-"])(
    "of one visible character is a document: %j",
    async (text) => expect(await kept({ text })).toBe(text),
  );

  test("of letters stays one, whatever invisible stands between them", () => {
    const invisible = fc.constantFrom("\u0000", "\u200b", "\ufeff", "\u2028", "\u3164", " ");
    const letter = fc.constantFrom("a", "ß", "漢", "ع", "한", "ก", "𝔸", "1", "€", "☂");
    const blanks = fc.string({ unit: invisible, maxLength: 20 });
    return fc.assert(
      fc.asyncProperty(blanks, letter, blanks, async (before, seen, after) => {
        expect(await kept({ text: before + seen + after })).toContain(seen);
        await expect(looked({ text: before + after })).rejects.toMatchObject({
          code: "empty_document",
        });
      }),
    );
  });

  test("of any whole characters is stored as it was sent", () => {
    return fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), async (raw) => {
        expect(await kept({ text: `x\ufffd${raw}` })).toBe(`x\ufffd${raw}`);
      }),
    );
  });
});

describe("an upload", () => {
  const pdf = new TextEncoder().encode("%PDF-1.7 …");

  test("is looked at, not read, and copied as it is", async () => {
    const { world, request } = await uploaded("application/pdf", pdf);
    const calls: string[] = [];
    const ports = portsOf(world, ({ port, method }) => void calls.push(`${port}.${method}`));
    const source = await sourceOf("acme", requestOf(request), ports);
    expect(source).toMatchObject({ contentType: "application/pdf", sizeBytes: pdf.length });
    expect(new Set(calls)).toEqual(new Set(["uploads.look"]));
    await source.keep("jobs/one/original");
    expect(await world.objects.get("jobs/one/original")).toEqual(pdf);
  });

  test("of an unknown type may be declared when it is ingested, but not as something else", async () => {
    const open = await uploaded("application/octet-stream", pdf);
    const given = requestOf({ ...open.request, content_type: "application/pdf" });
    expect(await sourceOf("acme", given, open.world)).toMatchObject({
      contentType: "application/pdf",
    });
    const typed = await uploaded("application/pdf", pdf);
    const other = requestOf({ ...typed.request, content_type: "text/html" });
    await expect(sourceOf("acme", other, typed.world)).rejects.toMatchObject({
      code: "invalid_request",
    });
  });

  test("of another tenant does not exist", async () => {
    const { world, request } = await uploaded("application/pdf", pdf);
    await expect(sourceOf("globex", requestOf(request), world)).rejects.toMatchObject({
      code: "not_found",
    });
  });
});

describe("the options of a document", () => {
  const chunkingOf = (options: unknown) => jobOptionsOf(requestOf({ options })).chunking;

  test("leave the strategy to its format, unless asked otherwise", () => {
    expect(chunkingOf({})).toEqual({ maxTokens: 512, overlapTokens: 64 });
    expect(chunkingOf({ chunking: { strategy: "recursive" } }).strategy).toBe("recursive");
  });

  test.each([
    [{ max_tokens: 64 }, 64, 32],
    [{ max_tokens: 127 }, 127, 63],
    [{ max_tokens: 2_048 }, 2_048, 64],
    [{ max_tokens: 100, overlap_tokens: 0 }, 100, 0],
    [{ overlap_tokens: 256 }, 512, 256],
  ])("of %j ask for an overlap of at most half", (chunking, maxTokens, overlapTokens) => {
    expect(chunkingOf({ chunking })).toMatchObject({ maxTokens, overlapTokens });
  });
});
