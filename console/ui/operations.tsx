import type { HealthAnswer } from "../../lambdas/contract/calls/health.ts";

type Breakers = NonNullable<HealthAnswer["breakers"]>;
type Permits = NonNullable<HealthAnswer["permits"]>;

const names = { llm: "Language model", embeddings: "Embeddings" } as const;

const states = {
  closed: "healthy",
  open: "down: calls are paused",
  "half-open": "probing with one call",
} as const satisfies Record<Breakers["llm"]["state"], string>;

/** Breaker states and permit gauges, for operators. */
export function Operations({ breakers, permits }: { breakers: Breakers; permits: Permits }) {
  return (
    <ul class="operations">
      {(["llm", "embeddings"] as const).map((dependency) => (
        <li key={dependency}>
          <Gauge
            label={`Calls to the ${names[dependency].toLowerCase()} provider`}
            inUse={permits[dependency].in_use}
            cap={permits[dependency].cap}
          />
          <div>
            <strong>{names[dependency]}</strong>
            <p class={`light ${breakers[dependency].state}`}>{light(breakers[dependency])}</p>
          </div>
        </li>
      ))}
    </ul>
  );
}

function light({ state, failures }: Breakers["llm"]): string {
  if (state === "closed" && failures > 0) return `${failures} consecutive failures`;
  return states[state];
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
