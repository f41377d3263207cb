import { beforeEach, describe, expect, test } from "vitest";
import {
  chunkPageSchema,
  chunkQuerySchema,
  documentListQuerySchema,
  documentPageSchema,
  documentSchema,
} from "../../../../lambdas/contract/calls/documents.ts";
import {
  listChunks,
  listDocuments,
  showDocument,
} from "../../../../lambdas/http/documents/documents.ts";
import { createLibrary, type Library } from "../../../support/library.ts";
import { model, unitVector } from "../../../support/vectors.ts";

describe("stored documents", () => {
  let library: Library;

  beforeEach(async () => {
    library = await createLibrary();
    await library.store({ documentId: "b", title: "Second", attributes: { year: 2020 } }, 5);
    await library.store({ documentId: "a" }, 2);
    await library.store({ documentId: "theirs", tenant: "globex" }, 1);
  });

  const list = (query: object = {}) =>
    listDocuments("acme", documentListQuerySchema.parse(query), library);
  const chunks = (documentId: string, query: object = {}, tenant = "acme") =>
    listChunks({ tenant, documentId }, chunkQuerySchema.parse(query), library);

  test("are listed page by page, each tenant's own", async () => {
    const first = await list({ limit: "1" });
    expect(documentPageSchema.parse(first)).toEqual(first);
    expect(first.documents.map((document) => document.document_id)).toEqual(["a"]);
    const second = await list({ limit: "1", cursor: first.next_cursor });
    expect(second.documents).toEqual([
      {
        document_id: "b",
        document_version: 1,
        title: "Second",
        chunk_count: 5,
        embedding_model: "test-model",
        dimensions: 8,
        stored_at: "2026-01-01T00:00:00.000Z",
      },
    ]);
    expect(second).not.toHaveProperty("next_cursor");
  });

  test("an invalid cursor, or one of another tenant, is refused and the field is named", async () => {
    const { next_cursor: cursor } = await list({ limit: 1 });
    for (const [tenant, of] of [
      ["acme", "nonsense"],
      ["globex", cursor],
    ] as const) {
      await expect(
        listDocuments(tenant, documentListQuerySchema.parse({ cursor: of }), library),
      ).rejects.toMatchObject({
        code: "invalid_request",
        details: { issues: [{ path: "cursor" }] },
      });
    }
  });

  test("are shown one by one; another tenant's do not exist", async () => {
    const shown = await showDocument({ tenant: "acme", documentId: "a" }, library);
    expect(documentSchema.parse(shown)).toEqual(shown);
    for (const documentId of ["theirs", "absent"]) {
      const refused = { code: "not_found" };
      await expect(showDocument({ tenant: "acme", documentId }, library)).rejects.toMatchObject(
        refused,
      );
      await expect(chunks(documentId)).rejects.toMatchObject(refused);
    }
  });

  test("have chunks, in pages that name the next one", async () => {
    const first = await chunks("b", { limit: "3" });
    expect(chunkPageSchema.parse(first)).toEqual(first);
    expect(first).toMatchObject({
      document_id: "b",
      document_version: 1,
      attributes: { year: 2020 },
      next_from: 3,
    });
    expect(first.chunks[0]).toMatchObject({ chunk_index: 0, text: "text number 0", start: 0 });
    expect(first.chunks[0]).not.toHaveProperty("vector");
    const last = await chunks("b", { limit: "3", from: first.next_from });
    expect(last.chunks.map((chunk) => chunk.chunk_index)).toEqual([3, 4]);
    expect(last).not.toHaveProperty("next_from");
    expect((await chunks("b", { from: "9" })).chunks).toEqual([]);
  });

  test("show their vectors on request", async () => {
    const [chunk] = (await chunks("b", { vectors: "true" })).chunks;
    expect(chunk?.vector).toEqual([...unitVector(0)]);
  });

  test("chunk pages name the version of their rows, which may be newer than the record", async () => {
    await library.vectors.publish(library.document({ documentId: "a", version: 2 }), [], model);
    await library.vectors.publish(
      library.document({ documentId: "a", version: 2 }),
      library.rows(1),
      model,
    );
    expect(await chunks("a")).toMatchObject({ document_version: 2 });
  });

  test.each([
    [{ limit: "0" }, "limit"],
    [{ limit: "101" }, "limit"],
    [{ from: "-1" }, "from"],
    [{ from: "x" }, "from"],
    [{ vectors: "yes" }, "vectors"],
  ])("chunks by %j are refused at %s", (query, path) => {
    const issues = chunkQuerySchema.safeParse(query).error?.issues ?? [];
    expect(issues.map((issue) => issue.path.join("."))).toEqual([path]);
  });

  test("end a page of chunks when the response is full, and continue on the next page", async () => {
    const long = library.rows(12).map((row) => ({ ...row, text: "€".repeat(300_000) }));
    await library.vectors.publish(
      { ...library.document({ documentId: "b" }), version: 1 },
      long,
      model,
    );
    const pages: number[][] = [];
    for (let from: number | undefined = 0; from !== undefined; ) {
      const page = await chunks("b", { from: `${from}`, limit: "100" });
      expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(6_000_000);
      pages.push(page.chunks.map(({ chunk_index }) => chunk_index));
      from = page.next_from;
    }
    expect(pages.map(({ length }) => length)).toEqual([5, 5, 2]);
    expect(pages.flat()).toEqual([...Array(12).keys()]);
  });

  test("are complete although the record of a committed publish could not be written", async () => {
    const ref = { tenant: "acme", documentId: "c" };
    const version = await library.documents.nextVersion(ref);
    const record = {
      documentId: "c",
      version,
      fingerprint: "print",
      chunkCount: 2,
      embeddingModel: "m",
      dimensions: 8,
      storedAt: "2026-01-01T00:00:00.000Z",
    };
    const nowMs = library.clock.now();
    await library.documents.beginPublish(ref, {
      version,
      holder: "job",
      leaseMs: 1_000,
      nowMs,
      record,
    });
    await expect(showDocument(ref, library)).rejects.toMatchObject({ code: "not_found" });
    await library.vectors.publish({ ...library.document(ref), version }, library.rows(2), model);
    expect(await showDocument(ref, library)).toMatchObject({ document_version: 1, chunk_count: 2 });
    await library.clock.advance(1_000);
    await showDocument(ref, library);
    expect((await list()).documents.map((one) => one.document_id)).toEqual(["a", "b", "c"]);
  });
});
