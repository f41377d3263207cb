/** Moves one document to the configured model: a publish of the version that is stored. */

import { type Clock, isoTime } from "../../platform/clock.ts";
import type { ModelIdentity } from "../../records/answers/answer-key.ts";
import type { AnswerStore } from "../../records/answers/answer-store.ts";
import type { DocumentRef, DocumentStore } from "../../records/documents/document-store.ts";
import { currentDocument } from "../../vectors/current-document.ts";
import type { Passages, VectorStore } from "../../vectors/vector-store.ts";
import { vectorAddress } from "../answer-addresses.ts";
import { decodeVectors } from "../batches.ts";

export interface MovePorts {
  readonly documents: DocumentStore;
  readonly vectors: VectorStore;
  readonly answers: AnswerStore;
  readonly clock: Clock;
}

/** Longer than a commit takes, shorter than a reindex whose run was killed waits for the next one. */
const moveLeaseMs = 120_000;

export interface MoveTarget {
  readonly identity: ModelIdentity;
  /** The name that the identity's vectors are kept under. */
  readonly embeddingModel: string;
}

export const textOf = ({ context = "", text }: Passages["rows"][number]): string => context + text;

/**
 * `busy` while a job or a removal holds the document: it goes to the configured model itself, or
 * is looked at again. The vectors must be among the kept answers.
 *
 * The lease, the trace of what has begun and the commit of the record are those of a publish by a
 * job, so a run that dies at any point leaves what such a job would leave.
 * @throws StoreConflictError when another commit came first
 */
export async function moveDocument(
  passages: Passages,
  { identity, embeddingModel }: MoveTarget,
  ports: MovePorts,
): Promise<"moved" | "busy"> {
  const { tenant, documentId, version } = passages;
  const ref: DocumentRef = { tenant, documentId };
  const stored = await currentDocument(ref, ports);
  if (stored === undefined || stored.version > version) {
    // The rows are what a removal, or a publish of a later version, has not got to yet.
    await ports.vectors.removeOutdated(passages, embeddingModel);
    return "moved";
  }
  const rows = await withVectors(passages, identity, ports.answers);
  const dimensions = rows[0]?.vector.length ?? 0;
  const holder = `reindex-${documentId}-${version}-${ports.clock.now()}`;
  // Its fingerprint names the model that it had, so the next submission is compared with nothing.
  const record = {
    ...stored,
    fingerprint: "",
    embeddingModel,
    dimensions,
    storedAt: isoTime(ports.clock),
  };
  const nowMs = ports.clock.now();
  const publish = { version, holder, leaseMs: moveLeaseMs, nowMs, record };
  if ((await ports.documents.beginPublish(ref, publish)) !== "granted") return "busy";
  const { rows: _, ...document } = passages;
  const model = { embeddingModel, dimensions };
  await ports.vectors.publish(document, rows, model, { keepOutdated: true });
  await ports.documents.commitPublish(ref, holder, record);
  // Last: as long as these are there the document is looked at again, and published again.
  await ports.vectors.removeOutdated(passages, embeddingModel);
  return "moved";
}

async function withVectors(
  { tenant, rows }: Passages,
  identity: ModelIdentity,
  answers: AnswerStore,
) {
  const addresses = rows.map((row) => vectorAddress(tenant, identity, textOf(row)));
  const known = await answers.readMany([...new Set(addresses)]);
  return rows.map((row, i) => {
    const bytes = known.get(addresses[i] ?? "");
    const vector = bytes && decodeVectors(bytes, 1)[0];
    if (vector === undefined) throw new Error(`reindex: Chunk ${row.index} has no vector.`);
    return { ...row, vector };
  });
}
