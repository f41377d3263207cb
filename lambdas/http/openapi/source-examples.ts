/** Answers of the calls of sources, by the call's id and the answer's status. */
import type { SourceAnswer, SourceObjectsAnswer } from "../../contract/calls/sources.ts";

const source: SourceAnswer = {
  source_id: "handbook",
  bucket: "acme-files",
  prefix: "handbook/",
  status: "active",
  objects: {
    total: 50_000,
    stored: 12_400,
    waiting: 37_587,
    working: 10,
    removing: 0,
    failed: 3,
  },
  sync: {
    status: "done",
    started_at: "2026-11-30T09:00:00.000Z",
    completed_at: "2026-11-30T09:01:40.000Z",
    listed: 50_000,
  },
};

const paused: SourceAnswer = {
  ...source,
  status: "paused",
  paused_since: "2026-11-30T10:00:00.000Z",
};

const failed: SourceObjectsAnswer = {
  objects: [
    {
      key: "handbook/2026/leave.pdf",
      document_id: "handbook:2026:leave.pdf",
      status: "failed",
      size_bytes: 48_200,
      job_id: "01KB8Z3V6Q0W4D9J7M2T5R1XYA",
      error: {
        code: "invalid_document",
        message: "The file is not a PDF, although its name ends in .pdf.",
        at: "2026-11-30T09:12:00.000Z",
      },
    },
  ],
};

export const sourceExamples: Readonly<
  Record<string, { readonly answers: Readonly<Record<number, unknown>> }>
> = {
  listSources: { answers: { 200: { sources: [source] } } },
  getSource: { answers: { 200: source } },
  listSourceObjects: { answers: { 200: failed } },
  pauseSource: { answers: { 200: paused } },
  resumeSource: { answers: { 200: source } },
  syncSource: { answers: { 200: source } },
};
