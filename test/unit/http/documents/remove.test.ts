import { beforeEach, describe, expect, test } from "vitest";
import { removeDocument } from "../../../../lambdas/http/documents/remove.ts";
import { StoreConflictError } from "../../../../lambdas/records/documents/store-conflict.ts";
import { MemoryDocumentStore } from "../../../support/fakes/records/document-store.ts";
import { createLibrary, type Library } from "../../../support/library.ts";
import { jobIdOf, submissionOf } from "../../../support/submissions.ts";
import { unitVector } from "../../../support/vectors.ts";

const ref = { tenant: "acme", documentId: "doc" };

describe("removing a document", () => {
  let library: Library;

  beforeEach(async () => {
    library = await createLibrary();
    await library.store(ref, 3);
  });

  const found = async () =>
    (
      await library.vectors.search({
        tenant: "acme",
        mode: "vector",
        text: "",
        vector: unitVector(0),
        limit: 10,
        filter: [],
      })
    ).length;

  test("removes it from listing and search, and returns it as it was", async () => {
    expect(await removeDocument(ref, "one", library)).toMatchObject({
      status: 200,
      body: { document_id: "doc", document_version: 1, chunk_count: 3 },
    });
    expect(await library.documents.read(ref)).toBeUndefined();
    expect(await found()).toBe(0);
  });

  test("asks for the erasure of what it leaves behind, before anything is removed", async () => {
    const failing = Object.assign(Object.create(library.vectors), {
      remove: () => Promise.reject(new Error("the store is gone")),
    }) as Library["vectors"];
    const ports = { ...library, vectors: failing };
    await expect(removeDocument(ref, "one", ports)).rejects.toThrow("gone");
    const askedAtMs = library.clock.now();
    expect(await library.erasures.pending(10)).toEqual([{ ...ref, version: 2, askedAtMs }]);
  });

  test("that does not exist, or belongs to another tenant, is not found", async () => {
    await removeDocument(ref, "one", library);
    const missing = { code: "not_found" };
    await expect(removeDocument(ref, "two", library)).rejects.toMatchObject(missing);
    await library.store({ ...ref, tenant: "globex" }, 1);
    await expect(removeDocument(ref, "three", library)).rejects.toMatchObject(missing);
  });

  test("supersedes earlier submissions and no later ones", async () => {
    const before = await library.documents.nextVersion(ref);
    await removeDocument(ref, "one", library);
    const late = { version: before, holder: "job", leaseMs: 1_000, nowMs: library.clock.now() };
    expect(await library.documents.beginPublish(ref, late)).toBe("superseded");
    await library.store(ref, 2);
    expect(await found()).toBe(2);
  });

  test("waits for a publish in progress, and changes nothing meanwhile", async () => {
    const version = await library.documents.nextVersion(ref);
    const publish = { version, holder: "job", leaseMs: 1_000, nowMs: library.clock.now() };
    await library.documents.beginPublish(ref, publish);
    await expect(removeDocument(ref, "one", library)).rejects.toMatchObject({
      code: "unavailable",
      retryAfterSeconds: 3,
    });
    expect(await found()).toBe(3);
  });

  test("that lost a race of commits keeps the record, and can be repeated", async () => {
    const conflicting = Object.create(library.vectors) as Library["vectors"];
    conflicting.remove = () => Promise.reject(new StoreConflictError("met another commit"));
    const refused = removeDocument(ref, "one", { ...library, vectors: conflicting });
    await expect(refused).rejects.toMatchObject({ code: "unavailable" });
    expect(await library.documents.read(ref)).toBeDefined();
    await library.clock.advance(60_000);
    await removeDocument(ref, "two", library);
    expect(await found()).toBe(0);
  });

  test("takes out what is in the store although the document has no record", async () => {
    const lost = { ...library, documents: new MemoryDocumentStore() };
    expect(await removeDocument(ref, "one", lost)).toMatchObject({
      status: 200,
      body: { document_id: "doc", document_version: 1, chunk_count: 3 },
    });
    expect(await found()).toBe(0);
    await expect(removeDocument(ref, "two", lost)).rejects.toMatchObject({ code: "not_found" });
  });

  test("of which nothing is stored yet cancels its jobs, and none of them stores it", async () => {
    const awaited = { tenant: "acme", documentId: "awaited" };
    const submit = async (jobId: string) => {
      const documentVersion = await library.documents.nextVersion(awaited);
      await library.jobs.create(submissionOf({ ...awaited, jobId, documentVersion }));
      return documentVersion;
    };
    const version = await submit(jobIdOf(1));
    expect(await removeDocument(awaited, "one", library)).toEqual({
      status: 202,
      body: {
        document_id: "awaited",
        document_version: 2,
        chunk_count: 0,
        cancelled_jobs: [jobIdOf(1)],
      },
    });
    expect((await library.jobs.read(jobIdOf(1)))?.cancelRequestedAt).toBeDefined();
    const late = { version, holder: "job", leaseMs: 1_000, nowMs: library.clock.now() };
    expect(await library.documents.beginPublish(awaited, late)).toBe("superseded");
    const missing = { code: "not_found" };
    await expect(removeDocument(awaited, "two", library)).rejects.toMatchObject(missing);
    await submit(jobIdOf(2));
    expect((await library.jobs.read(jobIdOf(2)))?.cancelRequestedAt).toBeUndefined();
  });

  test("holds although its jobs cannot be listed or cancelled", async () => {
    const jobs = Object.create(library.jobs) as Library["jobs"];
    jobs.list = () => Promise.reject(new Error("The index does not answer."));
    await library.documents.nextVersion({ ...ref, documentId: "awaited" });
    const removal = removeDocument({ ...ref, documentId: "awaited" }, "one", { ...library, jobs });
    expect(await removal).toMatchObject({ status: 202, body: { cancelled_jobs: [] } });
  });
});
