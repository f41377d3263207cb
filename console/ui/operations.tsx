import type { HealthAnswer } from "../../lambdas/contract/calls/health.ts";
import { type Light, lightOf } from "../logic/jobs/failure.ts";
import { ProviderFailure } from "./provider-failure.tsx";

type Breakers = NonNullable<HealthAnswer["breakers"]>;
type Permits = NonNullable<HealthAnswer["permits"]>;

const names = { llm: "Language model", embeddings: "Embeddings" } as const;
const dependencies = ["llm", "embeddings"] as const;

const words = {
  healthy: "healthy",
  failing: "failing",
  down: "down: calls are paused",
  probing: "probing with one call",
} as const satisfies Record<Light, string>;

/** Breaker states and permit gauges, for operators. */
export function Operations({ breakers, permits }: { breakers: Breakers; permits: Permits }) {
  const failing = dependencies.filter((dependency) => breakers[dependency].last_failure);
  return (
    <div class="below">
      <ul class="operations">
        {dependencies.map((dependency) => (
          <li key={dependency}>
            <Gauge
              label={`Calls to the ${names[dependency].toLowerCase()} provider`}
              inUse={permits[dependency].in_use}
              cap={permits[dependency].cap}
            />
            <div>
              <strong>{names[dependency]}</strong>
              <BreakerLight breaker={breakers[dependency]} />
            </div>
          </li>
        ))}
      </ul>
      {failing.map((dependency) => {
        const failure = breakers[dependency].last_failure;
        return (
          failure !== undefined && (
            <section key={dependency} aria-label={`Last failure: ${names[dependency]}`}>
              <ProviderFailure failure={failure} />
            </section>
          )
        );
      })}
    </div>
  );
}

function BreakerLight({ breaker }: { breaker: Breakers["llm"] }) {
  const light = lightOf(breaker);
  const { last_failure: last } = breaker;
  const brief = last === undefined ? "" : `: ${last.status ?? last.code}`;
  return (
    <p class={`light ${light}`}>{light === "failing" ? words.failing + brief : words[light]}</p>
  );
}

/** Half a circle of radius 16 around (20, 20). */
const arc = "M4 20a16 16 0 0 1 32 0";

function Gauge({ label, inUse, cap }: { label: string; inUse: number; cap: number }) {
  const percent = cap === 0 ? 0 : Math.min(100, (inUse / cap) * 100);
  return (
    <div
      class="gauge"
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={cap}
      aria-valuenow={inUse}
      aria-valuetext={`${inUse} of ${cap} in flight`}
    >
      <svg viewBox="0 0 40 24" aria-hidden="true" focusable="false">
        <path class="track" d={arc} pathLength={100} />
        {percent > 0 && (
          <path class="fill" d={arc} pathLength={100} stroke-dasharray={`${percent} 200`} />
        )}
      </svg>
      <span aria-hidden="true">
        {inUse}
        <small>/{cap}</small>
      </span>
    </div>
  );
}
