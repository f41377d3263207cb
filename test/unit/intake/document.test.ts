import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contentTypeOf } from "../../../lambdas/intake/content-type.ts";
import { checkDocument, fingerprintOf } from "../../../lambdas/intake/document.ts";
import { requestOf } from "../../support/pipeline.ts";

type Given = Parameters<typeof requestOf>[0];
const checked = (given: Given = {}) => {
  const request = requestOf(given);
  return checkDocument(request, {
    text: request.text ?? "",
    contentType: contentTypeOf(request.content_type ?? "text/plain"),
  });
};
const chunkingOf = (given: Given) => checked(given).options.chunking;

describe("a document", () => {
  test("is taken as it is, and completed with the defaults", () => {
    expect(checked({ text: " A text.\r\n" })).toEqual({
      text: " A text.\r\n",
      contentType: "text/plain",
      options: {
        chunking: { strategy: "recursive", maxTokens: 512, overlapTokens: 64 },
        metadata: {},
      },
    });
  });

  test("in Markdown is cut as Markdown, unless asked otherwise", () => {
    const content_type = "text/Markdown; charset=utf-8";
    expect(checked({ content_type }).contentType).toBe("text/markdown");
    expect(chunkingOf({ content_type }).strategy).toBe("markdown");
    const options = { chunking: { strategy: "recursive" } };
    expect(chunkingOf({ content_type, options }).strategy).toBe("recursive");
  });

  test.each([
    [{ max_tokens: 64 }, 64, 32],
    [{ max_tokens: 127 }, 127, 63],
    [{ max_tokens: 2_048 }, 2_048, 64],
    [{ max_tokens: 100, overlap_tokens: 0 }, 100, 0],
    [{ overlap_tokens: 256 }, 512, 256],
  ])("cut as %j asks overlaps by at most half", (chunking, maxTokens, overlapTokens) => {
    expect(chunkingOf({ options: { chunking } })).toMatchObject({ maxTokens, overlapTokens });
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
  ])("of nothing that a reader sees is refused: %j", (text) => {
    expect(() => checked({ text })).toThrow(expect.objectContaining({ code: "empty_document" }));
  });

  test.each(["。", "😀", "👩‍👩‍👧", "?", "\u200bx", "\u0301", "\ue000", "\ufffd", "١", "\u0001-"])(
    "of one visible character is a document: %j",
    (text) => expect(checked({ text }).text).toBe(text),
  );

  test("of letters stays one, whatever invisible stands between them", () => {
    const invisible = fc.constantFrom("\u0000", "\u200b", "\ufeff", "\u2028", "\u3164", " ");
    const letter = fc.constantFrom("a", "ß", "漢", "ع", "한", "ก", "𝔸", "1", "€", "☂");
    const blanks = fc.string({ unit: invisible, maxLength: 20 });
    fc.assert(
      fc.property(blanks, letter, blanks, (before, seen, after) => {
        expect(checked({ text: before + seen + after }).text).toContain(seen);
        const blank = before + after;
        expect(() => checked({ text: blank })).toThrow(
          expect.objectContaining({ code: "empty_document" }),
        );
      }),
    );
  });

  test("of any whole characters is stored as it was sent", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (raw) => {
        const { text } = checked({ text: `x\ufffd${raw}` });
        expect(text).toBe(`x\ufffd${raw}`);
        expect(Buffer.from(text, "utf8").toString("utf8")).toBe(text);
      }),
    );
  });
});

describe("the fingerprint of a submission", () => {
  const models = [{ provider: "local", model: "m", recipe: "1" }];
  const base = { text: "A text.", title: "T", attributes: { a: 1, b: "two" } };
  const printOf = (given: Given = {}, by = models) => {
    const request = requestOf({ ...base, ...given });
    return fingerprintOf(checked({ ...base, ...given }), request, by);
  };

  test("is the same for what would store the same", () => {
    expect(printOf({ attributes: { b: "two", a: 1 } })).toBe(printOf());
    expect(printOf({ document_id: "another" })).toBe(printOf());
    expect(printOf({ options: { chunking: { max_tokens: 512, overlap_tokens: 64 } } })).toBe(
      printOf(),
    );
    expect(printOf({ content_type: "TEXT/PLAIN" })).toBe(printOf());
  });

  test("differs with everything that is stored or decides it", () => {
    const prints = [
      printOf(),
      printOf({ text: "A text. " }),
      printOf({ title: "U" }),
      printOf({ title: undefined }),
      printOf({ content_type: "text/markdown" }),
      printOf({ attributes: { a: 1 } }),
      printOf({ attributes: { a: "1", b: "two" } }),
      printOf({ attributes: { a: 1, b: "tw", c: "o" } }),
      printOf({ options: { chunking: { max_tokens: 511 } } }),
      printOf({ options: { chunking: { overlap_tokens: 0 } } }),
      printOf({
        options: {
          metadata: { schema: { type: "object", properties: { p: { type: "number" } } } },
        },
      }),
      printOf({}, [{ provider: "local", model: "m", recipe: "2" }]),
      printOf({}, []),
    ];
    expect(new Set(prints).size).toBe(prints.length);
  });
});
