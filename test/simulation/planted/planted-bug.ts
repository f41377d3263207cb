import type { Family, Scenario } from "../engine/scenario.ts";
import type { Plant } from "../engine/simulation.ts";

export interface PlantedBug {
  readonly plant: Plant;
  readonly families: readonly Family[];
  /** Any of these. */
  readonly caughtBy: readonly string[];
  /** Makes schedules of the kind that the bug needs more frequent. */
  readonly towards?: (scenario: Scenario) => Scenario;
}
