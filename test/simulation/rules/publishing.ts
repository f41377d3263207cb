/** What was published, and nothing else, supersedes; and whatever can be searched can be looked at. */

import type { DocumentStore } from "../../../lambdas/records/documents/document-store.ts";
import { attemptId } from "../../../lambdas/records/jobs/attempt.ts";
import type { Job } from "../../../lambdas/records/jobs/job.ts";
import {
  type CurrentDocumentPorts,
  currentDocument,
} from "../../../lambdas/vectors/current-document.ts";
import type { VectorStore } from "../../../lambdas/vectors/vector-store.ts";
import type { RacyVectorStore } from "../engine/vectors.ts";
import { tapped } from "./tapped.ts";
import type { Verdict } from "./verdict.ts";

export class PublishingRules {
  readonly #verdict: Verdict;
  readonly #jobs: ReadonlyMap<string, Job>;
  /** Of each document, the versions that were committed, or confirmed by a job that cannot be cancelled any more. */
  readonly #published = new Map<string, Set<number>>();

  constructor(verdict: Verdict, jobs: ReadonlyMap<string, Job>) {
    this.#verdict = verdict;
    this.#jobs = jobs;
  }

  watch(vectors: VectorStore): VectorStore {
    return tapped(vectors, {
      publish: ([{ documentId, version }]) => this.#publish(documentId, version),
    });
  }

  watchDocuments(documents: DocumentStore): DocumentStore {
    return tapped(documents, {
      confirmUnchanged: ([{ documentId }, { version }], stored) => {
        if (stored === undefined) return;
        const job = [...this.#jobs.values()].find(
          (one) => one.documentId === documentId && one.documentVersion === version,
        );
        if (job?.publishing) this.#publish(documentId, version);
      },
    });
  }

  /** At rest. */
  async check(vectors: RacyVectorStore, ports: CurrentDocumentPorts): Promise<void> {
    for (const job of this.#jobs.values()) {
      const later = [...(this.#published.get(job.documentId) ?? [])].some(
        (version) => version > job.documentVersion,
      );
      this.#verdict.require(
        later || job.status !== "completed" || !job.result.superseded,
        "only what was published supersedes",
        () => `${attemptId(job)}, version ${job.documentVersion} of ${job.documentId}`,
      );
      const [row] = vectors.rowsOf(job);
      if (row === undefined) continue;
      const seen = await currentDocument(job, ports);
      this.#verdict.require(
        seen?.version === row.version,
        "whatever can be searched can be looked at",
        () => `${job.documentId} is searched as ${row.version}, and looked at as ${seen?.version}`,
      );
    }
  }

  #publish(documentId: string, version: number): void {
    const versions = this.#published.get(documentId) ?? new Set();
    this.#published.set(documentId, versions.add(version));
  }
}
