import type {
  ObjectStateName,
  SourceAnswer,
  SourceObjectsAnswer,
} from "../../contract/calls/sources.ts";
import { documentIdOfKey } from "../../sources/document-id.ts";
import type { DocumentRecord } from "../../sources/record.ts";
import type { Source } from "../../sources/source.ts";
import type { SourceState } from "../../sources/source-store.ts";

export function viewSource({ name, bucket, prefix }: Source, state: SourceState): SourceAnswer {
  const { counts, pausedSince, problem, sync } = state;
  const { stored, waiting, working, removing, failed } = counts;
  return {
    source_id: name,
    bucket,
    prefix,
    status: pausedSince === undefined ? "active" : "paused",
    ...(pausedSince === undefined ? {} : { paused_since: pausedSince }),
    objects: {
      total: stored + waiting + working + failed,
      stored,
      waiting,
      working,
      removing,
      failed,
    },
    sync: {
      status:
        sync.startedAt === undefined ? "never" : sync.after === undefined ? "done" : "running",
      ...(sync.startedAt === undefined ? {} : { started_at: sync.startedAt }),
      ...(sync.completedAt === undefined ? {} : { completed_at: sync.completedAt }),
      listed: sync.listed,
    },
    ...(problem === undefined ? {} : { problem }),
  };
}

export function viewObject(
  source: Source,
  { key, object, claim, failure }: DocumentRecord,
  status: ObjectStateName,
): SourceObjectsAnswer["objects"][number] {
  const jobId = claim?.jobId ?? (status === "failed" ? failure?.jobId : undefined);
  return {
    key,
    document_id: documentIdOfKey(source, key),
    status,
    ...(object === undefined ? {} : { size_bytes: object.sizeBytes }),
    ...(jobId === undefined ? {} : { job_id: jobId }),
    ...(status !== "failed" || failure === undefined
      ? {}
      : { error: { code: failure.code, message: failure.message, at: failure.at } }),
  };
}
