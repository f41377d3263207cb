/** Bugs of the kinds that such systems have, and the rules that must catch them. */

import {
  type LeaseId,
  type Party,
  type Permits,
  partyOf,
} from "../../../lambdas/models/limiter/share.ts";
import { type AttemptId, attemptId } from "../../../lambdas/records/jobs/attempt.ts";
import { MemoryBreaker } from "../../support/fakes/models/breaker.ts";
import { MemoryLimiter } from "../../support/fakes/models/limiter.ts";
import { altered } from "./altered.ts";
import { askingBugs } from "./asking.ts";
import { CountingGate } from "./gate.ts";
import type { PlantedBug } from "./planted-bug.ts";
import { schedulingBugs } from "./scheduling.ts";

export const bugs: Readonly<Record<string, PlantedBug>> = {
  "the gate counts instead of keeping sets": {
    plant: { stores: (stores) => ({ ...stores, gate: new CountingGate() }) },
    families: ["messages", "events"],
    towards: (scenario) => ({
      ...scenario,
      limits: { ...scenario.limits, tenantMaxQueued: undefined, tenantMaxActive: undefined },
    }),
    caughtBy: [
      "never more admitted than queue and slots hold",
      "never more active than slots, and only what was admitted",
      "everything comes to rest",
    ],
  },
  "permits are not leased": {
    plant: {
      stores: (stores) => ({
        ...stores,
        limiter: new MemoryLimiter({ now: () => 0 }),
      }),
    },
    families: ["crashes"],
    caughtBy: [
      "no permit is leaked",
      "everything comes to rest",
      "one more job completes",
      "one more job comes to rest",
    ],
  },
  "each function instance has a limiter of its own": {
    plant: { ports: (ports) => altered(ports, { limiter: new MemoryLimiter(ports.clock) }) },
    families: ["messages"],
    caughtBy: [
      "never more calls in flight than the cap",
      "never more calls of one job in flight than its cap",
    ],
  },
  "the fence does not compare attempts": {
    plant: {
      ports: (ports, attempt) => {
        if (attempt === undefined) return ports;
        const { jobs } = ports;
        const now = async () => ({
          jobId: attempt.jobId,
          attempt: (await jobs.read(attempt.jobId))?.attempt ?? 0,
        });
        const blind = altered(jobs, {
          read: async (jobId) => {
            const job = await jobs.read(jobId);
            return job && { ...job, attempt: attempt.attempt };
          },
          recordBatch: async (_, stage, batch) => jobs.recordBatch(await now(), stage, batch),
          beginPublishing: async () => jobs.beginPublishing(await now()),
          recordStored: async (_, stored) => jobs.recordStored(await now(), stored),
        });
        return altered(ports, { jobs: blind });
      },
    },
    families: ["provider", "platform"],
    caughtBy: ["no call starts more than 2 s after its attempt is over"],
    towards: (scenario) => ({
      ...scenario,
      siblingsRunOn: true,
      retries: scenario.submissions.map(({ atMs }, of) => ({ atMs: atMs + 15_000 * (of + 1), of })),
    }),
  },
  "a document is recorded before it is committed": {
    plant: {
      stores: (stores) => {
        const { documents, vectors } = stores;
        const commits = new Map<string, () => Promise<void>>();
        return {
          ...stores,
          vectors: altered(vectors, {
            publish: async (document, ...content) => {
              commits.set(document.documentId, () => vectors.publish(document, ...content));
            },
          }),
          documents: altered(documents, {
            commitPublish: async (document, holder, stored) => {
              await documents.commitPublish(document, holder, stored);
              await commits.get(document.documentId)?.();
            },
          }),
        };
      },
    },
    families: ["crashes", "services"],
    caughtBy: ["what a job reports stored is there", "a commit replaces the document whole"],
    towards: (scenario) => ({
      ...scenario,
      submissions: scenario.submissions.map((one) => ({ ...one, document: 0, variant: 0 })),
    }),
  },
  "documents are merged without a lease": {
    plant: {
      stores: (stores) => {
        const { documents } = stores;
        return {
          ...stores,
          documents: altered(documents, {
            beginPublish: async (document, publish) =>
              documents.beginPublish(document, { ...publish, nowMs: Number.POSITIVE_INFINITY }),
          }),
        };
      },
    },
    families: ["messages", "slowness"],
    caughtBy: [
      "a commit replaces the document whole",
      "each chunk is stored once, as it is",
      "an earlier version never replaces a later one",
    ],
    towards: (scenario) => ({
      ...scenario,
      limits: { ...scenario.limits, maxActive: 2 },
      submissions: [0, 1, 2].map((variant) => ({
        atMs: variant,
        document: 0,
        variant,
        passages: 1,
        refusedBy: "nobody",
        key: undefined,
      })),
    }),
  },
  "publishing does not refuse a cancel": {
    plant: {
      stores: (stores) => ({
        ...stores,
        jobs: altered(stores.jobs, { beginPublishing: async () => undefined }),
      }),
    },
    families: ["messages", "slowness"],
    caughtBy: ["nothing is committed after a cancel", "a published job never reads cancelled"],
  },
  "anybody may probe a half-open breaker": {
    plant: {
      stores: (stores) => ({
        ...stores,
        breaker: new MemoryBreaker(
          { threshold: 3, cooldownMs: 60_000, probeLeaseMs: 0 },
          stores.clock,
        ),
      }),
    },
    families: ["provider"],
    caughtBy: ["one probe at a time"],
    towards: (scenario) => ({
      ...scenario,
      limits: { ...scenario.limits, breakerThreshold: 3, maxActive: 2 },
    }),
  },
  "answers are not kept": {
    plant: {
      stores: (stores) => ({
        ...stores,
        answers: altered(stores.answers, { write: async () => undefined }),
      }),
    },
    families: ["crashes"],
    caughtBy: ["an answer that was kept is never paid for again"],
  },
  "an idempotency key is claimed without a condition": {
    plant: {
      stores: (stores) => ({
        ...stores,
        idempotency: altered(stores.idempotency, {
          claim: async (_tenant, _key, { jobId, bodyHash, nowMs }) => ({
            jobId,
            bodyHash,
            claimedAtMs: nowMs,
          }),
        }),
      }),
    },
    families: ["clients"],
    caughtBy: ["an idempotency key names one job"],
  },
  "a slot and the note of it go back before the end is announced": {
    plant: {
      ports: (ports) => {
        const { jobs, gate } = ports;
        const finish: typeof jobs.finish = async (attempt, state) => {
          const answer = await jobs.finish(attempt, state);
          await gate.release(attemptId(attempt));
          for (const noted of await jobs.unfinished()) {
            if (attemptId(noted) === attemptId(attempt)) await jobs.forgetUnfinished(noted);
          }
          return answer;
        };
        return altered(ports, { jobs: altered(jobs, { finish }) });
      },
    },
    families: ["crashes", "services"],
    caughtBy: ["everything comes to rest"],
    towards: (scenario) => ({
      ...scenario,
      cancels: scenario.submissions.map(({ atMs }, of) => ({ atMs: atMs + 1_500, of })),
      faults: { ...scenario.faults, crashes: 0.03, lostEvents: 1 },
    }),
  },
  ...schedulingBugs,
  ...askingBugs,
  "asks are counted for a run, not for the attempt": {
    plant: {
      ports: (ports) => {
        const { answers } = ports;
        const attempt: AttemptId = `run-${++runs}`;
        const named = (holder: string) => ({ holder, attempt });
        return altered(ports, {
          answers: altered(answers, {
            claim: (key, claim) => answers.claim(key, { ...claim, ...named(claim.holder) }),
            release: (key, { holder }, unanswered) =>
              answers.release(key, named(holder), unanswered),
          }),
        });
      },
    },
    families: [],
    caughtBy: ["calls for a chunk are bounded", "everything comes to rest"],
    towards: (scenario) => ({
      ...scenario,
      submissions: scenario.submissions.map((one) => ({ ...one, hopeless: "hangs" })),
      cancels: [],
    }),
  },
  "a breaker counts how often one text fails": {
    plant: {
      stores: (stores) => {
        const { breaker } = stores;
        let times = 0;
        const record: typeof breaker.record = (dependency, epoch, outcome, call) =>
          breaker.record(dependency, epoch, outcome, `${call} ${++times}`);
        return { ...stores, breaker: altered(breaker, { record }) };
      },
    },
    families: ["provider"],
    caughtBy: ["a breaker opens for distinct texts only"],
    towards: (scenario) => ({
      ...scenario,
      submissions: scenario.submissions.map((one) => ({ ...one, hopeless: "hangs" })),
    }),
  },
  "whoever comes first probes, again and again": {
    plant: {
      stores: (stores) => {
        const { breaker } = stores;
        const enter: typeof breaker.enter = (dependency, caller) =>
          breaker.enter(dependency, { ...caller, party: "anybody" });
        return { ...stores, breaker: altered(breaker, { enter }) };
      },
    },
    families: ["provider"],
    caughtBy: ["probes go round those that wait"],
    towards: (scenario) => ({
      ...scenario,
      limits: { ...scenario.limits, breakerThreshold: 2, maxActive: 2 },
      outages: [{ dependency: "llm", fromMs: 0, untilMs: 600_000 }],
    }),
  },
  "two runs of one batch share its permits": {
    plant: {
      stores: (stores) => {
        const { limiter } = stores;
        const ofBatch = (leases: readonly LeaseId[]) =>
          leases.map((lease, i): LeaseId => `${partyOf(lease) as Party}#batch#${i}`);
        return {
          ...stores,
          limiter: altered(limiter, {
            take: (dependency, request) =>
              limiter.take(dependency, { ...request, leases: ofBatch(request.leases) }),
            renew: (dependency, leases, untilMs) =>
              limiter.renew(dependency, ofBatch(leases), untilMs),
            give: (dependency, given) =>
              limiter.give(dependency, { ...given, leases: ofBatch(given.leases) }),
          }),
        };
      },
    },
    families: ["platform"],
    caughtBy: [
      "never more calls in flight than the cap",
      "never more calls of one job in flight than its cap",
    ],
    towards: (scenario) => ({
      ...scenario,
      faults: { ...scenario.faults, lostConnections: 0.3 },
      submissions: scenario.submissions.map((one) => ({ ...one, passages: 8 })),
    }),
  },
  "two runs of one batch ask for the same": {
    plant: {
      ports: (ports) =>
        altered(ports, {
          answers: altered(ports.answers, { claim: async () => ({ kind: "granted", asks: 1 }) }),
        }),
    },
    families: ["platform"],
    caughtBy: [
      "no text is asked about twice at once",
      "an answer that was kept is never paid for again",
      "calls for a chunk are bounded",
    ],
    towards: (scenario) => ({
      ...scenario,
      faults: { ...scenario.faults, lostConnections: 0.3 },
    }),
  },
  "the cap of a job is each attempt's": {
    plant: {
      ports: (ports, attempt) => {
        if (attempt === undefined) return ports;
        const { limiter } = ports;
        const own = `${attemptId(attempt)}-`;
        const ofAttempt = (permits: Permits): Permits => ({
          ...permits,
          held: Object.fromEntries(
            Object.entries(permits.held).map(([lease, untilMs]) => [
              lease.startsWith(own) ? lease : `other-${lease}`,
              untilMs,
            ]),
          ),
        });
        return altered(ports, {
          limiter: altered(limiter, {
            read: async (dependency) => ofAttempt(await limiter.read(dependency)),
            take: async (dependency, request) => {
              const { held } = ofAttempt(await limiter.read(dependency));
              const mine = Object.keys(held).filter((lease) => lease.startsWith(own)).length;
              const fits = mine + request.leases.length <= request.perJob;
              const answer = await limiter.take(dependency, {
                ...request,
                jobId: undefined,
                cap: fits ? request.cap : 0,
              });
              return { ...answer, permits: ofAttempt(answer.permits) };
            },
          }),
        });
      },
    },
    families: ["platform"],
    caughtBy: ["never more calls of one job in flight than its cap"],
    towards: (scenario) => ({
      ...scenario,
      siblingsRunOn: true,
      limits: { ...scenario.limits, metadataPerJob: 1, spareLlm: 3 },
      faults: { ...scenario.faults, lostExecutions: 0.7 },
      submissions: scenario.submissions.map((one) => ({ ...one, passages: 6 })),
      retries: scenario.submissions.flatMap(({ atMs }, of) =>
        [10_000, 30_000, 60_000].map((laterMs) => ({ atMs: atMs + laterMs, of })),
      ),
    }),
  },
};

let runs = 0;
