/** The steps over one world in memory, working on each other as they do when deployed. */

import type { IngestRequest } from "../../lambdas/contract/calls/ingest.ts";
import { ingestRequestSchema } from "../../lambdas/contract/calls/ingest.ts";
import { type SubmitInput, submit } from "../../lambdas/intake/submit.ts";
import type { AttemptId } from "../../lambdas/records/jobs/attempt.ts";
import { dispatch } from "../../lambdas/scheduling/dispatch/dispatch.ts";
import { finish } from "../../lambdas/scheduling/finish/finish.ts";
import { type Repairs, sweep } from "../../lambdas/scheduling/sweep/sweep.ts";
import { createWorld, type World, type WorldOptions } from "./fakes/world.ts";

export interface PipelineOptions extends Omit<WorldOptions, "finish"> {
  /** @default 100 */
  readonly maxQueued?: number;
  /** @default 10 */
  readonly maxActive?: number;
  /** @default no bound */
  readonly tenantMaxQueued?: number;
  /** @default no bound */
  readonly tenantMaxActive?: number;
}

export type Pipeline = ReturnType<typeof createPipeline>;

export function createPipeline({
  maxQueued = 100,
  maxActive = 10,
  tenantMaxQueued,
  tenantMaxActive,
  ...options
}: PipelineOptions = {}) {
  const world: World = createWorld({
    ...options,
    finish: (attempt, ending) => finish(attempt, ending, world),
  });
  const settings = {
    maxQueued,
    maxActive,
    ...(tenantMaxQueued === undefined ? {} : { tenantMaxQueued }),
    ...(tenantMaxActive === undefined ? {} : { tenantMaxActive }),
    jobTimeoutMs: 8 * 3_600_000,
    workMsPerChunk: 15_000,
  };
  /** @param ports where calls are watched or disturbed */
  const submitOne = (input: Partial<SubmitInput> = {}, ports = world) =>
    submit({ tenant: "acme", request: requestOf(), bodyHash: "hash", ...input }, ports, settings);
  /** One after the other; answers their ids. */
  const submitMany = async (count: number): Promise<string[]> => {
    const ids: string[] = [];
    while (ids.length < count) ids.push((await submitOne()).job_id);
    return ids;
  };
  /** The sweep of a minute, and the dispatch that its wake-up leads to. */
  const sweepOnce = async (ports = world): Promise<Repairs> => {
    const repairs = await sweep(ports, settings);
    world.queue.drain();
    await dispatch(ports, settings);
    return repairs;
  };
  /** Ids at the gate, in order. */
  const held = async (): Promise<{ admitted: AttemptId[]; active: AttemptId[] }> => {
    const { admitted, active } = await world.gate.read();
    return { admitted: [...admitted].sort(), active: [...active].sort() };
  };
  return {
    world,
    settings,
    submit: submitOne,
    submitMany,
    dispatch: (ports = world) => dispatch(ports, settings),
    sweep: sweepOnce,
    held,
  };
}

export function requestOf(
  given: Partial<Record<keyof IngestRequest, unknown>> = {},
): IngestRequest {
  return ingestRequestSchema.parse({ text: "A short text.", ...given });
}
