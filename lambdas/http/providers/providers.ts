import type { ProviderAnswer, ProvidersAnswer } from "../../contract/calls/providers.ts";
import { jobErrorCodes } from "../../contract/job-errors.ts";
import type { Dependency } from "../../contract/vocabulary.ts";
import { type ModelProbe, ProbeFailedError } from "../../models/query/model-probe.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Caller } from "../../records/api-keys/api-keys.ts";
import { assertOperator } from "../operator.ts";

export interface ProviderInUse {
  readonly provider: string;
  readonly model: string;
  /** @default true */
  readonly isCalled?: boolean;
}

export interface ProvidersPorts {
  readonly probes: Readonly<Record<Dependency, ModelProbe>>;
  readonly clock: Pick<Clock, "now">;
}

/**
 * One call of each provider, through the limiter and the breaker, as jobs make them.
 * @throws RequestRefusedError `forbidden` if the key is not an operator's, because calls are paid for
 */
export async function checkProviders(
  caller: Caller,
  ports: ProvidersPorts,
  inUse: Readonly<Record<Dependency, ProviderInUse>>,
): Promise<ProvidersAnswer> {
  assertOperator(caller, "check the providers, because the calls are paid for");
  const [llm, embeddings] = await Promise.all([
    check(inUse.llm, ports.probes.llm, ports.clock),
    check(inUse.embeddings, ports.probes.embeddings, ports.clock),
  ]);
  return { llm, embeddings };
}

async function check(
  { isCalled = true, provider, model }: ProviderInUse,
  probe: ModelProbe,
  clock: Pick<Clock, "now">,
): Promise<ProviderAnswer> {
  if (!isCalled) return { provider, model, status: "skipped" };
  const startedAt = clock.now();
  try {
    const { dimensions } = await probe.call();
    const length = dimensions === undefined ? {} : { dimensions };
    const duration_ms = clock.now() - startedAt;
    return { provider, model, status: "ok", duration_ms, ...length };
  } catch (error) {
    if (!(error instanceof ProbeFailedError)) throw error;
    const { errorName, message } = error;
    const code = jobErrorCodes.get(errorName) ?? "step_failed";
    const duration_ms = clock.now() - startedAt;
    return { provider, model, status: "failed", duration_ms, code, message };
  }
}
