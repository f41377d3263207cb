import type { Dependency } from "../../contract/vocabulary.ts";
import type { BreakerState, Caller, FailureReason } from "./breaker-state.ts";

/** What a call's end says about its dependency. A refusal of one input (4xx) is a success: the provider answers. */
export type Outcome = "success" | "failure";

/** The circuit breaker of each dependency, shared by all function instances. */
export interface Breaker {
  /**
   * Lets a call through and answers the epoch to report its outcome with.
   * May use a state up to a second old; a probe is always claimed by a
   * conditional write, so exactly one caller wins it.
   * @throws CircuitOpenError while it fails fast, naming the time left.
   */
  enter(dependency: Dependency, caller: Caller): Promise<{ epoch: number; probe: boolean }>;
  /**
   * Counts the outcome of a call; one of an earlier epoch changes nothing.
   * @param reason of a failure, or of an answer that refuses every call; kept as the last one. If
   * that of a failure asks to wait for longer than a cool-down, the breaker opens until then, for 6
   * hours at most
   */
  record(
    dependency: Dependency,
    epoch: number,
    outcome: Outcome,
    call: string,
    reason?: FailureReason,
  ): Promise<void>;
  /** Consistent; for health. */
  read(dependency: Dependency): Promise<BreakerState>;
}
