import type { ProvidedApp } from "../support/deployment/provided-app.ts";

export interface ChaosContext extends ProvidedApp {
  readonly seed: number;
  /** Follows from the seed. */
  readonly random: () => number;
}
