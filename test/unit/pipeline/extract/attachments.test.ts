import { describe, expect, test } from "vitest";
import { documentIdPattern } from "../../../../lambdas/contract/vocabulary.ts";
import { attachmentNotes } from "../../../../lambdas/pipeline/extract/attachments.ts";
import { SeededChance } from "../../../support/fakes/chance.ts";
import { StillClock } from "../../../support/fakes/clock.ts";

const chance = new SeededChance(new StillClock(), 1);
const file = (filename: string, contentType = "text/plain", bytes = Buffer.from("words")) => ({
  filename,
  contentType,
  bytes,
});
const notesOf = (files: ReturnType<typeof file>[], depth?: number, documentId = "mail") =>
  attachmentNotes(
    {
      documentId,
      ...(depth === undefined ? {} : { parent: { documentId: "root", jobId: "job", depth } }),
    },
    files,
    chance,
  );

describe("an attachment's document", () => {
  test("has the same id each time, and its own beside others of the same name", () => {
    const files = [
      file("a b.pdf", "application/pdf"),
      file("c.txt"),
      file("c.txt"),
      file("ü/c.txt"),
    ];
    const ids = notesOf(files).map(({ documentId }) => documentId);
    expect(new Set(ids).size).toBe(4);
    expect(ids.slice(1, 3)).toEqual(["mail:c.txt", "mail:2:c.txt"]);
    expect(notesOf(files).map(({ documentId }) => documentId)).toEqual(ids);
    for (const id of ids) expect(id).toMatch(documentIdPattern);
  });

  test.each([".", "..", "/", "./.."])("is never the mail's own, as a file named %s", (name) => {
    const [first, second] = notesOf([file("a.txt"), file(name)], undefined, "m.eml");
    expect(first?.documentId).toBe("m.eml:a.txt");
    expect(second).toMatchObject({ documentId: "m.eml:attachment-2", filename: "attachment-2" });
  });

  test("is its own beside one whose name differs only in what a place leaves out", () => {
    const names = [
      "c.txt",
      "./c.txt",
      "c.txt",
      "2/c.txt",
      "attachment-6",
      "/",
      "é.txt",
      "e\u0301.txt",
    ];
    const ids = notesOf(names.map((name) => file(name))).map(({ documentId }) => documentId);
    expect(new Set(ids).size).toBe(names.length);
  });

  test("has a valid id whatever the names are", () => {
    for (const name of [
      "",
      ".",
      "..",
      "/",
      "x".repeat(400),
      "東京.docx",
      "a\u0000b",
      "C:\\a\\b.doc",
    ]) {
      for (const documentId of ["m", `m${"x".repeat(127)}`, "a:b:c"]) {
        const [note] = notesOf([file(name)], undefined, documentId);
        expect(note?.documentId).toMatch(documentIdPattern);
      }
    }
  });
});

test("a long name is kept short in bytes, with its ending and no half character", () => {
  const [note] = notesOf([file(`${"議".repeat(255)}.pdf`, "application/pdf")]);
  expect(Buffer.byteLength(note?.filename ?? "")).toBeLessThanOrEqual(255);
  expect(note?.filename).toMatch(/^議{83}\.pdf$/u);
});

test.each([
  ["a picture", file("logo.png", "image/png"), "unsupported_type"],
  ["a picture under no type", file("logo.png", "application/octet-stream"), "unsupported_type"],
  ["an archive", file("all.zip", "application/zip"), "unsupported_type"],
  ["nothing", file("a.txt", "text/plain", Buffer.alloc(0)), "empty_document"],
])("%s becomes no document, and the note says why", (_, given, skipped) => {
  const [note] = notesOf([given]);
  expect(note).toMatchObject({ skipped });
  expect(note?.jobId).toBeUndefined();
});

test("a document under no type becomes one by its name, and what has no name by its bytes", () => {
  const silent = ["report.docx", "noname"].map((name) => file(name, "application/octet-stream"));
  expect(notesOf(silent).every(({ jobId }) => jobId !== undefined)).toBe(true);
});

test.each([
  [undefined, 100],
  [1, 20],
  [2, 0],
])("at depth %s, %i attachments become documents, and the others are named", (depth, most) => {
  const notes = notesOf(
    Array.from({ length: 130 }, (_, i) => file(`${i}.txt`)),
    depth,
  );
  expect(notes.filter(({ jobId }) => jobId !== undefined)).toHaveLength(most);
  expect(notes.filter(({ skipped }) => skipped === "over_bounds")).toHaveLength(130 - most);
});
