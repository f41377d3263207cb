import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { schemaIn } from "../../../cli/sending/document-options.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-schema-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function schema(content: string) {
  const path = join(folder, "fields.json");
  writeFileSync(path, content);
  const notes: string[] = [];
  return { read: schemaIn(path, (line) => notes.push(line)), notes };
}

const manyFields = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, i) => [
      `field${i}`,
      { type: "string", description: "x".repeat(250) },
    ]),
  );
const of = (properties: object) => JSON.stringify({ type: "object", properties });

describe("a file of own metadata fields", () => {
  test("is read, with a note of the fields that the local provider can fill only in part", () => {
    const properties = {
      price: { type: "number" },
      status: { type: "string", enum: ["draft", "final"] },
      due: { type: "string", format: "date" },
      product: { type: "string" },
    };
    const { read, notes } = schema(of(properties));
    expect(read?.properties).toEqual(properties);
    expect(notes).toEqual([
      expect.stringMatching(/`local`, price, product can be filled only where .* "price: …"/),
    ]);
    expect(schema(of({ due: properties.due })).notes).toEqual([]);
  });

  test.each([
    ["{", "is not JSON"],
    ['{"type": "object"}', "properties is required"],
    [of({ a: { type: "object" } }), "properties.a must have the type string, number"],
    [of({ "1a": { type: "string" } }), "must start with a letter"],
    [
      of({ a: { type: "string", description: "é".repeat(500) }, ...manyFields(15) }),
      /has \d{4,5} bytes as JSON, and a document's options and attributes together at most 4096/,
    ],
  ])("%s is refused with a sentence: %s", (content, sentence) => {
    expect(() => schema(content)).toThrow(sentence);
  });

  test("that does not exist is refused by name", () => {
    expect(() => schemaIn(join(folder, "none.json"), () => {})).toThrow("none.json cannot be read");
  });
});
