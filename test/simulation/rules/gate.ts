/** The gate holds no more than it may, whatever it says of itself. */

import type { AttemptId } from "../../../lambdas/records/jobs/attempt.ts";
import type { Gate } from "../../../lambdas/scheduling/gate/gate.ts";
import { type GateLimits, tenantCapacity } from "../../../lambdas/scheduling/gate/gate-state.ts";
import { tapped } from "./tapped.ts";
import type { Verdict } from "./verdict.ts";

export class GateRules {
  /** By what the gate answered, not by what it keeps. */
  readonly admitted = new Set<AttemptId>();
  readonly active = new Set<AttemptId>();
  readonly #tenants = new Map<AttemptId, string>();
  readonly #verdict: Verdict;
  readonly #limits: GateLimits;
  peakAdmitted = 0;
  pauses = 0;
  #paused = false;

  constructor(verdict: Verdict, limits: GateLimits) {
    this.#verdict = verdict;
    this.#limits = limits;
  }

  watch(gate: Gate): Gate {
    const { maxQueued, maxActive } = this.#limits;
    return tapped(gate, {
      admit: ([id, tenant], answer) => {
        if (answer === "full") return;
        this.#verdict.require(
          !this.#paused || this.admitted.has(id),
          "nothing new is admitted while intake is paused",
          () => `${id} was admitted`,
        );
        this.admitted.add(id);
        this.#tenants.set(id, tenant);
        this.#checkTenant(tenant, this.admitted, tenantCapacity(this.#limits));
        this.peakAdmitted = Math.max(this.peakAdmitted, this.admitted.size);
        this.#verdict.require(
          this.admitted.size <= maxQueued + maxActive,
          "never more admitted than queue and slots hold",
          () => `${[...this.admitted].join(", ")} are admitted`,
        );
      },
      // An accepted job's lost slot comes back beyond the bound: the job was counted when it was accepted.
      readmit: ([id]) => void this.admitted.add(id),
      promote: ([id, tenant], answer) => {
        if (answer === "refused") return;
        this.active.add(id);
        this.#tenants.set(id, tenant);
        this.#checkTenant(tenant, this.active, this.#limits.tenantMaxActive);
        this.#verdict.require(
          this.active.size <= maxActive && this.admitted.has(id),
          "never more active than slots, and only what was admitted",
          () => `${[...this.active].join(", ")} are active`,
        );
      },
      pause: () => {
        if (!this.#paused) this.pauses += 1;
        this.#paused = true;
      },
      resume: () => {
        this.#paused = false;
      },
      release: ([id]) => {
        this.admitted.delete(id);
        this.active.delete(id);
      },
    });
  }

  #checkTenant(tenant: string, ids: ReadonlySet<AttemptId>, bound: number | undefined): void {
    const own = [...ids].filter((id) => this.#tenants.get(id) === tenant);
    this.#verdict.require(
      own.length <= (bound ?? Number.POSITIVE_INFINITY),
      "never more of one tenant than its bound",
      () => `${tenant} has ${own.join(", ")}`,
    );
  }
}
