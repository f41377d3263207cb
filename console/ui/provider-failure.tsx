import type { LastFailure } from "../../lambdas/contract/last-failure.ts";
import { failureCount, failureReason } from "../logic/jobs/failure.ts";

/** Why a provider's calls fail, how often, and since when. */
export function ProviderFailure({ failure }: { failure: LastFailure }) {
  return (
    <div class="provider-failure">
      <p class="said">{failureReason(failure)}</p>
      <p class="muted">
        <code>{failure.code}</code> · {failureCount(failure, Date.now())}
      </p>
    </div>
  );
}
