/**
 * `npm run test:chaos`: the app on the emulator while functions are killed and
 * messages and events are lost, repeated and reordered. Prints each figure
 * against its bound, and ends with status 1 when one falls short.
 * `npm run test:chaos -- kills --seed 7` runs some of it, with the chance of a
 * run before.
 */
import { parseArgs } from "node:util";
import { systemClock } from "../../lambdas/platform/system-clock.ts";
import { deployWithProvider } from "../support/deployment/provided-app.ts";
import { SeededChance } from "../support/fakes/chance.ts";
import { runScenarios } from "../support/measures/figures.ts";
import { kills } from "./kills.ts";
import { lostWakeUps, messages } from "./messages.ts";

const { values, positionals } = parseArgs({
  options: { seed: { type: "string" } },
  allowPositionals: true,
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
const chance = new SeededChance(systemClock, seed);

console.log(`Seed ${seed}: repeat with -- --seed ${seed}\nDeploying to an emulator …`);
const context = await deployWithProvider(
  { SLUICE_BREAKER_COOLDOWN_SECONDS: "5" },
  { waitScale: 1 },
);
try {
  const good = await runScenarios([messages, kills, lostWakeUps], positionals, {
    ...context,
    seed,
    random: () => chance.random(),
  });
  if (!good) console.log(`\nSeed ${seed}: repeat with npm run test:chaos -- --seed ${seed}`);
  process.exitCode = good ? 0 : 1;
} finally {
  await context.stop();
}
