/** What readers see of a document: whole, of the latest version, and of no cancelled job. */

import type { DocumentStore } from "../../../lambdas/records/documents/document-store.ts";
import {
  type AttemptId,
  attemptId,
  parseAttemptId,
} from "../../../lambdas/records/jobs/attempt.ts";
import type { Job, Submission } from "../../../lambdas/records/jobs/job.ts";
import type { JobStore } from "../../../lambdas/records/jobs/job-store.ts";
import type { DocumentVersion, VectorStore } from "../../../lambdas/vectors/vector-store.ts";
import { metadataOf, refusedText, split, vectorOf } from "../engine/documents.ts";
import type { RacyVectorStore, Row } from "../engine/vectors.ts";
import { tapped } from "./tapped.ts";
import type { Verdict } from "./verdict.ts";

const nameOf = ({ documentId, version }: { documentId: string; version: number }) =>
  `${documentId}@${version}`;

export class StoreRules {
  readonly #verdict: Verdict;
  readonly #jobs: ReadonlyMap<string, Job>;
  readonly #vectors: RacyVectorStore;
  readonly #textOf: (jobId: string) => string;
  readonly #mayBeWithout: (text: string, id?: AttemptId) => boolean;
  readonly #submissions = new Map<string, string>();
  readonly #published = new Set<string>();
  /** Of each version, the attempt that may publish it: it may be one whose execution is over. */
  readonly #publishers = new Map<string, AttemptId>();
  /** Of each document, the version committed last, and the latest one committed or confirmed. */
  readonly #committedVersion = new Map<string, number>();
  readonly #latest = new Map<string, number>();

  constructor(
    verdict: Verdict,
    jobs: ReadonlyMap<string, Job>,
    vectors: RacyVectorStore,
    textOf: (jobId: string) => string,
    mayBeWithout: (text: string, id?: AttemptId) => boolean,
  ) {
    this.#verdict = verdict;
    this.#jobs = jobs;
    this.#vectors = vectors;
    this.#textOf = textOf;
    this.#mayBeWithout = mayBeWithout;
  }

  watchJobs(jobs: JobStore): JobStore {
    return tapped(jobs, {
      create: ([submission]) => void this.#submissions.set(versionOf(submission), submission.jobId),
    });
  }

  watchDocuments(documents: DocumentStore): DocumentStore {
    return tapped(documents, {
      beginPublish: ([{ documentId }, { version, holder, record }], begun) => {
        if (begun !== "granted" || record === undefined) return;
        const publisher = attemptId(parseAttemptId(holder));
        this.#publishers.set(nameOf({ documentId, version }), publisher);
      },
      confirmUnchanged: ([{ documentId }, { version }], stored) => {
        if (stored !== undefined) this.#reach(documentId, version);
      },
    });
  }

  watch(vectors: VectorStore): VectorStore {
    return tapped(vectors, { publish: ([document]) => this.#committed(document) });
  }

  /** Storage reports a job done: then its content is there, or a later one. */
  stored(job: Job): void {
    if (job.stored === undefined) return;
    const rows = this.#vectors.rowsOf(job);
    const version = rows[0]?.version ?? 0;
    const { unchanged, superseded } = job.stored;
    const holds = superseded
      ? (this.#latest.get(job.documentId) ?? 0) > job.documentVersion
      : version > job.documentVersion ||
        ((unchanged || version === job.documentVersion) &&
          this.#isExact(rows, this.#textOf(job.jobId)));
    this.#verdict.require(
      holds,
      "what a job reports stored is there",
      () =>
        `${attemptId(job)}, version ${job.documentVersion}${superseded ? " (superseded)" : ""}, finds version ${version}`,
    );
  }

  ended(job: Job): void {
    this.#verdict.require(
      job.status !== "cancelled" || !this.#published.has(job.jobId),
      "a published job never reads cancelled",
      () => attemptId(job),
    );
  }

  /** At rest. */
  check(): void {
    const byDocument = Map.groupBy(this.#jobs.values(), (job) => job.documentId);
    for (const [documentId, jobs] of byDocument) {
      const done = jobs.filter((job) => job.status === "completed");
      const last = done.sort((a, b) => b.documentVersion - a.documentVersion)[0];
      const rows = this.#vectors.rowsOf(jobs[0] as Job);
      if (rows.length === 0 && last === undefined) continue;
      const version = rows[0]?.version ?? 0;
      const owner = this.#submissions.get(nameOf({ documentId, version }));
      this.#verdict.require(
        owner !== undefined && this.#isExact(rows, this.#textOf(owner)),
        "each chunk is stored once, as it is",
        () => `${documentId}@${version} has chunks ${rows.map((row) => row.index).join(", ")}`,
      );
      if (last === undefined) continue;
      this.#verdict.require(
        version >= last.documentVersion || this.#isExact(rows, this.#textOf(last.jobId)),
        "the later version wins",
        () => `${documentId}@${version} is stored, ${last.documentVersion} is completed`,
      );
    }
  }

  #committed(document: DocumentVersion): void {
    const jobId = this.#submissions.get(nameOf(document)) ?? "";
    const job = this.#jobs.get(jobId);
    const rows = this.#vectors.rowsOf(document);
    this.#published.add(jobId);
    this.#verdict.require(
      job?.cancelRequestedAt === undefined && job?.status !== "cancelled",
      "nothing is committed after a cancel",
      () => `${nameOf(document)} of ${jobId}`,
    );
    this.#verdict.require(
      rows.every(({ version }) => version === document.version) &&
        this.#isExact(rows, this.#textOf(jobId), this.#publishers.get(nameOf(document))),
      "a commit replaces the document whole",
      () =>
        `${nameOf(document)} left ${rows.map(({ index, version }) => `${index}@${version}`).join(", ")}`,
    );
    const before = this.#committedVersion.get(document.documentId) ?? 0;
    this.#verdict.require(
      document.version >= before,
      "an earlier version never replaces a later one",
      () => `${nameOf(document)} after version ${before}`,
    );
    this.#committedVersion.set(document.documentId, document.version);
    this.#reach(document.documentId, document.version);
  }

  /** @param id whose rows they are. @default of any attempt */
  #isExact(rows: readonly Row[], text: string, id?: AttemptId): boolean {
    const chunks = split(text);
    return (
      rows.length === chunks.length &&
      chunks.every((chunk, i) => {
        const row = rows[i];
        const vector = vectorOf(chunk.text);
        const described = row?.metadata?.title;
        const refused = chunk.text.includes(refusedText.llm);
        const mayBeWithout = refused || this.#mayBeWithout(chunk.text, id);
        return (
          row?.index === chunk.index &&
          row.text === chunk.text &&
          ((described === metadataOf(chunk.text).title && !refused) ||
            (described === undefined && mayBeWithout)) &&
          row.vector.every((value, place) => value === vector[place])
        );
      })
    );
  }

  #reach(documentId: string, version: number): void {
    this.#latest.set(documentId, Math.max(version, this.#latest.get(documentId) ?? 0));
  }
}

function versionOf({ documentId, documentVersion: version }: Submission): string {
  return nameOf({ documentId, version });
}
