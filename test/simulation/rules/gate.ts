/** The gate holds no more than it may, whatever it says of itself. */

import type { AttemptId } from "../../../lambdas/records/jobs/attempt.ts";
import type { Gate } from "../../../lambdas/scheduling/gate/gate.ts";
import type { GateLimits } from "../../../lambdas/scheduling/gate/gate-state.ts";
import { tapped } from "./tapped.ts";
import type { Verdict } from "./verdict.ts";

export class GateRules {
  /** By what the gate answered, not by what it keeps. */
  readonly admitted = new Set<AttemptId>();
  readonly active = new Set<AttemptId>();
  readonly #verdict: Verdict;
  readonly #limits: GateLimits;
  peakAdmitted = 0;

  constructor(verdict: Verdict, limits: GateLimits) {
    this.#verdict = verdict;
    this.#limits = limits;
  }

  watch(gate: Gate): Gate {
    const { maxQueued, maxActive } = this.#limits;
    return tapped(gate, {
      admit: ([id], answer) => {
        if (answer === "full") return;
        this.admitted.add(id);
        this.peakAdmitted = Math.max(this.peakAdmitted, this.admitted.size);
        this.#verdict.require(
          this.admitted.size <= maxQueued + maxActive,
          "never more admitted than queue and slots hold",
          () => `${[...this.admitted].join(", ")} are admitted`,
        );
      },
      // An accepted job's lost slot comes back beyond the bound: the job was counted when it was accepted.
      readmit: ([id]) => void this.admitted.add(id),
      promote: ([id], answer) => {
        if (answer === "refused") return;
        this.active.add(id);
        this.#verdict.require(
          this.active.size <= maxActive && this.admitted.has(id),
          "never more active than slots, and only what was admitted",
          () => `${[...this.active].join(", ")} are active`,
        );
      },
      release: ([id]) => {
        this.admitted.delete(id);
        this.active.delete(id);
      },
    });
  }
}
