/** Bugs of the gate, of sweep, of publishing and of what clients are told. */
import { attemptId } from "../../../lambdas/records/jobs/attempt.ts";
import type { TerminalState } from "../../../lambdas/records/jobs/job.ts";
import type { IntakePause } from "../../../lambdas/scheduling/gate/gate-state.ts";
import type { Stores } from "../engine/functions.ts";
import type { Plant } from "../engine/simulation.ts";
import { altered } from "./altered.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** As a sweep's release does that arrives after another retry was accepted. */
const lateRelease = (stores: Stores): Stores => {
  const { jobs, gate } = stores;
  const requeue: typeof jobs.requeue = async (attempt) => {
    const answer = await jobs.requeue(attempt);
    await gate.release(`${attempt.jobId}-${attempt.attempt + 1}`);
    return answer;
  };
  return { ...stores, jobs: altered(jobs, { requeue }) };
};

/** As a table does that takes no more writes for one item. */
const unrecorded = (stores: Stores): Stores => {
  const { documents } = stores;
  const commitPublish: typeof documents.commitPublish = async (document, holder, stored) => {
    // The one that a simulation ends with.
    if (document.documentId !== "document-99") {
      throw new Error("The document's item cannot be written.");
    }
    await documents.commitPublish(document, holder, stored);
  };
  return { ...stores, documents: altered(documents, { commitPublish }) };
};

/** What may go wrong outside; the product gets over it. */
export const troubles: Readonly<Record<string, Plant>> = {
  "a release lands after a retry": { stores: lateRelease },
  "a publish is never recorded": { stores: unrecorded },
};

export const schedulingBugs: Readonly<Record<string, PlantedBug>> = {
  "finish writes whatever stands there": {
    plant: {
      stores: (stores) => {
        const { jobs } = stores;
        const ends = new Map<string, TerminalState>();
        return {
          ...stores,
          jobs: altered(jobs, {
            finish: async (attempt, state) => {
              await jobs.finish(attempt, state);
              ends.set(attemptId(attempt), state);
              return "finished";
            },
            read: async (jobId) => {
              const job = await jobs.read(jobId);
              const end = job && ends.get(attemptId(job));
              return job && end ? ({ ...job, ...end } as typeof job) : job;
            },
          }),
        };
      },
    },
    families: ["events", "crashes", "platform"],
    caughtBy: ["a terminal state is never overwritten"],
    // A job that is cancelled as it completes may end in two ways.
    towards: (scenario) => ({
      ...scenario,
      cancels: scenario.submissions.map(({ atMs }, of) => ({ atMs: atMs + 3_000 + 700 * of, of })),
    }),
  },
  "sweep looks from the gate only": {
    plant: {
      stores: (stores) => {
        const late = lateRelease(stores);
        return { ...late, jobs: altered(late.jobs, { unfinished: async () => [] }) };
      },
    },
    families: ["messages"],
    caughtBy: [
      "no accepted job is without a slot for longer than two sweeps",
      "everything comes to rest",
    ],
    towards: (scenario) => ({
      ...scenario,
      cancels: scenario.submissions.map(({ atMs }, of) => ({ atMs: atMs + 1_000, of })),
      retries: scenario.submissions.map(({ atMs }, of) => ({ atMs: atMs + 20_000, of })),
    }),
  },
  "an unchanged document is confirmed while it can be cancelled": {
    plant: {
      ports: (ports, attempt) => {
        if (attempt === undefined) return ports;
        const { documents, jobs } = ports;
        const read: typeof documents.read = async (document) => {
          const job = await jobs.read(attempt.jobId);
          const stored = await documents.read(document);
          if (job === undefined || stored?.fingerprint !== job.fingerprint) return stored;
          const { documentVersion: version, fingerprint } = job;
          return documents.confirmUnchanged(document, { version, fingerprint });
        };
        return altered(ports, { documents: altered(documents, { read }) });
      },
    },
    families: ["messages", "slowness"],
    caughtBy: ["only what was published supersedes", "the later version wins"],
    towards: (scenario) => ({
      ...scenario,
      limits: { ...scenario.limits, maxActive: 2, maxQueued: 3 },
      submissions: [0, 1, 0].map((variant, place) => ({
        atMs: place * 20_000 + (place === 2 ? -19_900 : 0),
        document: 0,
        variant,
        passages: 1,
        refusedBy: "nobody",
        key: undefined,
      })),
      cancels: [{ atMs: 20_500, of: 2 }],
    }),
  },
  "a publish leaves no trace before its record": {
    plant: {
      stores: (stores) => {
        const without = unrecorded(stores);
        const { documents } = without;
        const look: typeof documents.look = async (document) => {
          const { begun: _, ...state } = await documents.look(document);
          return state;
        };
        return { ...without, documents: altered(documents, { look }) };
      },
    },
    families: ["messages"],
    caughtBy: ["whatever can be searched can be looked at"],
  },
  "a look that fails counts as one that finds no job": {
    plant: {
      ports: (ports, attempt) => {
        if (attempt !== undefined) return ports;
        const { jobs } = ports;
        const read: typeof jobs.read = (jobId) => jobs.read(jobId).catch(() => undefined);
        return altered(ports, { jobs: altered(jobs, { read }) });
      },
    },
    families: ["services"],
    caughtBy: [
      "of a refused submission nothing is left",
      "an accepted job is not lost",
      // The slot of a job that runs is given back, because the look for the job failed.
      "never more jobs process than there are slots",
      "no accepted job is without a slot for longer than two sweeps",
      "everything comes to rest",
    ],
    towards: (scenario) => ({
      ...scenario,
      faults: { ...scenario.faults, lostAnswers: 0.15, throttles: 0.15 },
    }),
  },
  "a lost connection at Store is retried while the first run goes on": {
    plant: {
      definition: ({ States, ...rest }) => {
        const { Store, ...others } = States;
        if (Store === undefined) throw new Error("The definition has no Store.");
        const atOnce = (Store.Retry ?? []).map((one) =>
          one.ErrorEquals.includes("Lambda.SdkClientException")
            ? { ...one, IntervalSeconds: 1 }
            : one,
        );
        return { ...rest, States: { ...others, Store: { ...Store, Retry: atOnce } } };
      },
    },
    families: ["platform"],
    caughtBy: ["each chunk is stored once, as it is", "a commit replaces the document whole"],
    towards: (scenario) => ({
      ...scenario,
      faults: { ...scenario.faults, lostConnections: 0.5 },
    }),
  },
  "a pause is looked at, and is no condition of the admission": {
    plant: {
      stores: (stores) => {
        const { gate } = stores;
        let paused: IntakePause | undefined;
        return {
          ...stores,
          gate: altered(gate, {
            pause: async (pause) => void (paused ??= pause),
            resume: async () => {
              paused = undefined;
            },
            read: async () => {
              const state = await gate.read();
              return paused === undefined ? state : { ...state, paused };
            },
          }),
        };
      },
    },
    families: ["slowness"],
    caughtBy: ["nothing new is admitted while intake is paused"],
    towards: (scenario) => ({
      ...scenario,
      pauses: scenario.submissions.map(({ atMs }) => ({ atMs: atMs + 20, lengthMs: 20_000 })),
    }),
  },
  "the bound of a tenant is not checked as its job is admitted": {
    plant: {
      ports: (ports) => {
        const { gate } = ports;
        const admit: typeof gate.admit = (id, tenant, { maxQueued, maxActive }) =>
          gate.admit(id, tenant, { maxQueued, maxActive });
        return altered(ports, { gate: altered(gate, { admit }) });
      },
    },
    families: ["messages", "slowness"],
    caughtBy: ["never more of one tenant than its bound"],
    towards: (scenario) => ({
      ...scenario,
      limits: { ...scenario.limits, maxQueued: 3, maxActive: 1, tenantMaxQueued: 1 },
      submissions: [0, 1, 2, 3].map((variant) => ({
        atMs: variant,
        document: 0,
        variant,
        passages: 1,
        refusedBy: "nobody",
        key: undefined,
      })),
    }),
  },
};
