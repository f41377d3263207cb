/** The app deployed against the fake provider, and what long commands do with both. */
import { setTimeout as sleep } from "node:timers/promises";
import { type Client, createClient } from "../../../cli/client.ts";
import type { AcceptedAnswer } from "../../../lambdas/contract/calls/ingest.ts";
import type { JobAnswer } from "../../../lambdas/contract/calls/jobs.ts";
import { type FakeProvider, startFakeProvider } from "../fake-provider/fake-provider.ts";
import {
  type DeployedApp,
  deployApp,
  type TestDeploymentOptions,
  type TestSettings,
} from "./app.ts";

export interface ProvidedApp {
  readonly provider: FakeProvider;
  readonly app: DeployedApp;
  readonly client: Client;
  /** With which it is deployed. */
  readonly settings: TestSettings;
  stop(): Promise<void>;
}

export async function deployWithProvider(
  given: TestSettings = {},
  options: TestDeploymentOptions = {},
): Promise<ProvidedApp> {
  const provider = await startFakeProvider();
  try {
    const settings: TestSettings = {
      SLUICE_METADATA_PROVIDER: "openai",
      SLUICE_LLM_BASE_URL: provider.baseUrl,
      SLUICE_EMBEDDINGS_PROVIDER: "openai",
      SLUICE_EMBEDDINGS_BASE_URL: provider.baseUrl,
      ...given,
    };
    const app = await deployApp(settings, options);
    const stop = async () => {
      await app.stop();
      await provider.close();
    };
    return { provider, app, client: createClient(app), settings, stop };
  } catch (error) {
    await provider.close();
    throw error;
  }
}

/** Short polls: a long one would hold a process each. @throws when it takes longer */
export async function endOf(
  client: Client,
  { job_id }: Pick<AcceptedAnswer, "job_id">,
  patienceMs = 600_000,
  everyMs = 500,
): Promise<JobAnswer> {
  const until = Date.now() + patienceMs;
  for (;;) {
    const job = await client.job(job_id);
    if (job.terminal) return job;
    if (Date.now() > until) throw new Error(`Job ${job_id} did not end: ${JSON.stringify(job)}`);
    await sleep(everyMs);
  }
}

/**
 * One after the other: as many questions as for a single job, and one more for
 * each. Asking for all at once would keep a small machine busy with answers.
 */
export async function endsOf(
  client: Client,
  jobs: readonly Pick<AcceptedAnswer, "job_id">[],
  patienceMs?: number,
  everyMs?: number,
): Promise<JobAnswer[]> {
  const ended: JobAnswer[] = [];
  for (const job of jobs) ended.push(await endOf(client, job, patienceMs, everyMs));
  return ended;
}

/**
 * @param options by default two minutes, and looks often: where a look is a call of the deployed app,
 *   which would keep a core busy, use {@link byCalls}
 * @throws when it takes longer
 */
export async function eventually(
  what: string,
  holds: () => boolean | Promise<boolean>,
  { withinMs = 120_000, everyMs = 50 } = {},
) {
  const until = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > until) throw new Error(`It never came to this: ${what}.`);
    await sleep(everyMs);
  }
}

/** Between two looks at what the deployed app says. */
export const byCalls = { everyMs: 500 } as const;
