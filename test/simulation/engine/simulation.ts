/**
 * One schedule: a world, those who act in it, what goes wrong, and the rules.
 * Everything follows from the scenario, so the same one always ends the same.
 */
import { ingestDefinition } from "../../../infra/definition.ts";
import { permitLeaseMs } from "../../../lambdas/models/limits.ts";
import { parseSettings, type Settings } from "../../../lambdas/platform/settings.ts";
import { isTerminal } from "../../../lambdas/records/jobs/job.ts";
import { gateLimitsOf } from "../../../lambdas/scheduling/gate/gate-state.ts";
import { MemoryFinisher } from "../../support/fakes/scheduling/finisher.ts";
import { MemoryWakeQueue } from "../../support/fakes/scheduling/wake-queue.ts";
import { MemoryCollection } from "../../support/fakes/vector-store.ts";
import { createWorld } from "../../support/fakes/world.ts";
import { BreakerRules } from "../rules/breaker.ts";
import { CallRules } from "../rules/calls.ts";
import { GateRules } from "../rules/gate.ts";
import { JobRules } from "../rules/jobs.ts";
import { LostJobRules } from "../rules/lost-jobs.ts";
import { checkOutages } from "../rules/outages.ts";
import { PublishingRules } from "../rules/publishing.ts";
import { ReplyRules } from "../rules/replies.ts";
import { checkEvents, checkPermits } from "../rules/rest.ts";
import { SlotRules } from "../rules/slots.ts";
import { StoreRules } from "../rules/store.ts";
import { Verdict, type Violation } from "../rules/verdict.ts";
import { Clients } from "./clients.ts";
import { Faults } from "./faults.ts";
import { Functions, type FunctionsOptions, type Stores } from "./functions.ts";
import { Kernel } from "./kernel.ts";
import { Platform } from "./platform.ts";
import { straggleMs } from "./process.ts";
import { identities, Provider } from "./provider.ts";
import type { Scenario } from "./scenario.ts";
import type { Definition } from "./state-machine.ts";
import { RacyVectorStore } from "./vectors.ts";

/** A bug, planted into the stores that all share or into what one invocation sees of them. */
export interface Plant {
  readonly stores?: (stores: Stores) => Stores;
  readonly ports?: NonNullable<FunctionsOptions["mutate"]>;
  readonly definition?: (definition: Definition) => Definition;
}

export interface Report {
  readonly violation: Violation | undefined;
  readonly steps: number;
  readonly simulatedMs: number;
  /** How many jobs ended how, calls, faults, and other things that happened. */
  readonly counts: ReadonlyMap<string, number>;
}

/** A job that hangs is ended by then. */
const jobTimeoutMs = 30 * 60_000;
/** From the moment on that nothing goes wrong any more: everything has ended. */
const restWithinMs = 2 * jobTimeoutMs + 60 * 60_000;
const breakerCooldownMs = 60_000;
const maxSteps = 60_000;

export async function simulate(
  scenario: Scenario,
  plant: Plant = {},
  /** Told of each port call as it takes effect. */
  trace?: (line: string) => void,
): Promise<Report> {
  const { settings, definition } = deployment(scenario);
  const verdict = new Verdict();
  const breakerSettings = {
    threshold: settings.BREAKER_THRESHOLD,
    cooldownMs: breakerCooldownMs,
    probeLeaseMs: 30_000,
  };
  const world = createWorld({ seed: scenario.seed, breaker: breakerSettings });
  const { clock } = world;
  const startMs = clock.now();
  const kernel = new Kernel(clock, ~scenario.seed);
  const faults = new Faults(kernel, scenario.faults, scenario.crash);
  const limits = gateLimitsOf(settings);
  const vectors = new RacyVectorStore(new MemoryCollection(), kernel);

  const gateRules = new GateRules(verdict, limits);
  const jobRules = new JobRules(verdict, clock, limits.maxActive);
  const breakerRules = new BreakerRules(verdict, breakerSettings, clock);
  const callRules = new CallRules(verdict, kernel, {
    caps: {
      all: { llm: settings.LLM_MAX_PARALLEL, embeddings: settings.EMBEDDINGS_MAX_PARALLEL },
      perJob: {
        llm: settings.METADATA_PER_JOB,
        embeddings: settings.EMBEDDINGS_MAX_PARALLEL,
      },
    },
    identities,
    overSinceMs: jobRules.overSinceMs,
    tenantOf: (jobId) => jobRules.jobs.get(jobId)?.tenant ?? "",
    fenceIsPrompt: scenario.faults.slowness === 0,
    isProbed: (dependency) => breakerRules.isProbed(dependency),
  });
  const replyRules = new ReplyRules(verdict);
  const platform = new Platform(kernel, faults, {
    definition: plant.definition?.(definition) ?? definition,
    runsOn: scenario.siblingsRunOn,
  });
  const finisher = new MemoryFinisher(async (attempt, ending) => {
    const { ended } = await platform.functions.finish(attempt, ending);
    if (ended.kind !== "returned") throw new Error(`The finish function ${ended.kind}.`);
  });
  const texts = new Map<string, string>();
  const storeRules = new StoreRules(
    verdict,
    jobRules.jobs,
    vectors,
    (jobId) => texts.get(jobId) ?? "",
    (text, id) => callRules.mayBeWithout(text, id),
  );
  const publishing = new PublishingRules(verdict, jobRules.jobs);
  const plain: Stores = {
    ...world,
    // Below what is planted: what is committed counts, whoever commits it.
    vectors: publishing.watch(storeRules.watch(vectors)),
    workflow: platform.workflow,
    finisher,
  };
  const planted = plant.stores?.(plain) ?? plain;
  jobRules.onStored = (job) => storeRules.stored(job);
  jobRules.onEnd = (job) => {
    storeRules.ended(job);
    checkOutages(verdict, scenario, job);
  };
  const stores: Stores = {
    ...planted,
    gate: gateRules.watch(planted.gate) as Stores["gate"],
    jobs: storeRules.watchJobs(jobRules.watch(planted.jobs)) as Stores["jobs"],
    documents: publishing.watchDocuments(
      storeRules.watchDocuments(planted.documents),
    ) as Stores["documents"],
    breaker: breakerRules.watch(planted.breaker) as Stores["breaker"],
    answers: callRules.watch(planted.answers) as Stores["answers"],
    queue: new WakingQueue(() => platform.wake()),
  };
  const provider = new Provider(kernel, faults, callRules, scenario.outages);
  const mutate = plant.ports === undefined ? {} : { mutate: plant.ports };
  const functions = new Functions({
    kernel,
    faults,
    stores,
    provider,
    settings,
    jobTimeoutMs,
    ...mutate,
    ...(trace === undefined ? {} : { trace }),
  });
  platform.functions = functions;
  const clients = new Clients(kernel, faults, { functions, rules: replyRules, texts });
  const lostJobRules = new LostJobRules(verdict, jobRules.jobs, planted.gate);
  const slotRules = new SlotRules(verdict, {
    clock,
    admitted: gateRules.admitted,
    jobs: jobRules.jobs,
    workflow: platform.workflow,
  });

  scenario.submissions.forEach((submission, index) => clients.submitLater(submission, index));
  scenario.cancels.forEach((order) => clients.cancelLater(order));
  scenario.retries.forEach((order) => clients.retryLater(order));
  scenario.pauses.forEach((pause) => clients.pauseLater(pause));
  platform.sweepEachMinute();
  kernel.after(scenario.calmAtMs, () => {
    faults.calm = true;
    platform.aroundSweep = {
      before: async () => {
        slotRules.beforeSweep();
        await lostJobRules.beforeSweep();
      },
      after: async () => {
        slotRules.afterSweep();
        await lostJobRules.afterSweep();
      },
    };
  });

  const isOver = () => {
    if (kernel.steps > maxSteps) verdict.broken("everything comes to rest", "it goes on and on");
    return verdict.first !== undefined;
  };
  const atRest = () =>
    faults.calm &&
    clients.busy === 0 &&
    functions.running === 0 &&
    platform.onTheirWay === 0 &&
    gateRules.admitted.size === 0 &&
    [...jobRules.jobs.values()].every((job) => isTerminal(job.status) && job.announced);
  const untilRest = async (name: string, withinMs: number) => {
    const untilMs = kernel.now() + withinMs;
    await kernel.run(() => isOver() || atRest() || kernel.now() > untilMs);
    verdict.require(atRest(), `${name} comes to rest`, () => {
      const jobs = [...jobRules.jobs.values()].map(
        ({ jobId, attempt, status, announced }) =>
          `${jobId}-${attempt} ${status}${announced ? "" : ", not announced"}`,
      );
      const slots = [...gateRules.admitted].map(
        (id) => `${id} ${gateRules.active.has(id) ? "active" : "admitted"}`,
      );
      return `after ${withinMs / 60_000} min: ${functions.running} functions run; ${jobs.join("; ")}; at the gate ${slots.join("; ")}`;
    });
  };

  await untilRest("everything", scenario.calmAtMs + restWithinMs);
  if (verdict.first === undefined && scenario.seed % 4 === 0) {
    // What is left of the troubles must not be in the way of the next one.
    const last = { document: 99, variant: 0, passages: 1, refusedBy: "nobody" } as const;
    let jobId: string | undefined;
    clients.submitNow({ ...last, atMs: 0, key: undefined }, (id) => {
      jobId = id;
    });
    await untilRest("one more job", 5 * 60_000);
    const status = jobRules.jobs.get(jobId ?? "")?.status;
    verdict.require(
      status === "completed",
      "one more job completes",
      () => `it is ${status ?? "refused"}`,
    );
  }
  if (verdict.first === undefined) {
    storeRules.check();
    replyRules.check(jobRules.jobs, jobRules.ends, (jobId) => world.objects.keys(`jobs/${jobId}/`));
    await publishing.check(vectors, { ...planted, vectors });
    checkEvents(verdict, jobRules.ends, world.events);
    // A lease that was asked for in the last breath of a function begins when the request arrives.
    const longestMs = permitLeaseMs(30_000) + straggleMs;
    kernel.after(longestMs + 1, () => undefined);
    const restMs = kernel.now() + longestMs;
    await kernel.run(() => isOver() || kernel.now() > restMs);
    await checkPermits(verdict, planted.limiter, planted.gate);
  }
  const counts = new Map(faults.counts);
  for (const status of jobRules.ends.values()) {
    counts.set(`attempts ${status}`, (counts.get(`attempts ${status}`) ?? 0) + 1);
  }
  counts.set("calls", callRules.started);
  counts.set("pauses of intake", gateRules.pauses);
  counts.set("breakers opened", breakerRules.opened);
  counts.set("probes", breakerRules.probes);
  return {
    violation: verdict.first,
    steps: kernel.steps,
    simulatedMs: clock.now() - startMs,
    counts,
  };
}

class WakingQueue extends MemoryWakeQueue {
  readonly #wake: () => void;

  constructor(wake: () => void) {
    super();
    this.#wake = wake;
  }

  override async wake(): Promise<void> {
    this.#wake();
  }
}

const deployments = new Map<string, { settings: Settings; definition: Definition }>();

/** As CDK would deploy it with these limits. */
function deployment({ limits }: Scenario): { settings: Settings; definition: Definition } {
  const name = JSON.stringify(limits);
  const known = deployments.get(name);
  if (known !== undefined) return known;
  const settings = parseSettings({
    SLUICE_MAX_QUEUED: String(limits.maxQueued),
    SLUICE_MAX_ACTIVE: String(limits.maxActive),
    SLUICE_METADATA_PER_JOB: String(limits.metadataPerJob),
    SLUICE_LLM_MAX_PARALLEL: String(limits.maxActive + limits.spareLlm),
    SLUICE_EMBEDDINGS_MAX_PARALLEL: String(limits.maxActive + limits.spareEmbeddings),
    SLUICE_BREAKER_THRESHOLD: String(limits.breakerThreshold),
    SLUICE_OUTAGE_LIMIT_SECONDS: "1200",
    SLUICE_TENANT_MAX_QUEUED: limits.tenantMaxQueued?.toString(),
    SLUICE_TENANT_MAX_ACTIVE: limits.tenantMaxActive?.toString(),
  });
  const definition = JSON.parse(ingestDefinition(settings)) as Definition;
  const made = { settings, definition };
  deployments.set(name, made);
  return made;
}
