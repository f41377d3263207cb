/** Bugs of when a provider is asked again. */
import { decodeDescribed } from "../../../lambdas/pipeline/batches.ts";
import { noFaults } from "../engine/faults.ts";
import { altered } from "./altered.ts";
import type { PlantedBug } from "./planted-bug.ts";

export const askingBugs: Readonly<Record<string, PlantedBug>> = {
  "an answer of long ago shows that a provider is there": {
    plant: {
      ports: (ports) => {
        const { breaker } = ports;
        const read: typeof breaker.read = async (dependency) => {
          const { lastFailure, ...state } = await breaker.read(dependency);
          const since = lastFailure && { ...lastFailure, sinceMs: Number.POSITIVE_INFINITY };
          return { ...state, ...(since && { lastFailure: since }) };
        };
        return altered(ports, { breaker: altered(breaker, { read }) });
      },
    },
    families: ["provider"],
    caughtBy: ["an outage fails no job"],
    // The second batch is one call.
    towards: (scenario) => ({
      ...scenario,
      faults: noFaults,
      cancels: [],
      submissions: [
        {
          atMs: 0,
          document: 0,
          variant: 0,
          passages: 12,
          refusedBy: "nobody",
          hopeless: "nothing",
          key: undefined,
        },
      ],
      outages: [{ dependency: "embeddings", fromMs: 2_000, untilMs: 300_000 }],
    }),
  },
  "a retry takes chunks without metadata for described": {
    plant: {
      ports: (ports, attempt) => {
        if ((attempt?.attempt ?? 1) === 1) return ports;
        const { objects } = ports;
        const get: typeof objects.get = async (key) => {
          const bytes = await objects.get(key);
          if (!key.includes("/metadata/")) return bytes;
          const bare = decodeDescribed(bytes).map((chunk) =>
            "failure" in chunk ? { index: chunk.index } : chunk,
          );
          return Buffer.from(JSON.stringify(bare));
        };
        return altered(ports, { objects: altered(objects, { get }) });
      },
    },
    families: ["messages"],
    caughtBy: ["a commit replaces the document whole"],
    towards: (scenario) => ({
      ...scenario,
      limits: {
        ...scenario.limits,
        maxQueued: 3,
        maxActive: 2,
        metadataPerJob: 3,
        tenantMaxQueued: undefined,
        tenantMaxActive: undefined,
      },
      submissions: scenario.submissions.map((one) => ({
        ...one,
        passages: 11,
        hopeless: "unusable",
      })),
      cancels: scenario.submissions.map(({ atMs }, of) => ({
        atMs: atMs + 9_000 + 3_000 * of,
        of,
      })),
      retries: scenario.submissions.map(({ atMs }, of) => ({ atMs: atMs + 60_000, of })),
    }),
  },
};
