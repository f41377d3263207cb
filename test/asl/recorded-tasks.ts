/**
 * What definitions and functions of releases send to functions, as a running execution or call may
 * still send it to the functions of the next release. Add to the lists; an entry may go when no
 * execution of its release can be running any more.
 */
const attempt = { jobId: "01JX0000000000000000000000", attempt: 1 } as const;
const batch = { ...attempt, batch: 0 } as const;

/** By the step: what the definition's tasks send. The last one of each is what today's sends. */
export const sentByDefinitions = {
  extract: [attempt],
  chunk: [attempt],
  metadata: [batch],
  embed: [batch],
  store: [attempt],
  finish: [
    {
      ...attempt,
      ending: { kind: "failed", failure: { error: "InvalidDocumentError", cause: "{}" } },
    },
    { ...attempt, ending: { kind: "ended" } },
  ],
} as const;

/** By the step: what other functions and EventBridge send. */
export const sentByFunctions = {
  metadata: [{ kind: "probe" }],
  embed: [
    { kind: "query", text: "Who opens the sluices?" },
    { kind: "passages", tenant: "acme", begunMs: 1_764_460_800_000, texts: ["The keeper."] },
    { kind: "probe" },
  ],
  search: [{ kind: "rows", tenant: "acme", documentId: "doc-1", version: 2, chunkCount: 7 }],
  finish: [
    { ...attempt, ending: { kind: "cancelled" } },
    { ...attempt, ending: { kind: "overdue" } },
    {
      "detail-type": "Step Functions Execution Status Change",
      detail: { name: `${attempt.jobId}-1`, status: "ABORTED", error: null, cause: null },
    },
  ],
} as const;

/** Fields of chunk's answer that definitions read. */
export const readFromChunk = ["unchanged", "metadataBatches", "embeddingsBatches"] as const;
