/**
 * `npm run test:load`: the app on the emulator under load and under a failing
 * provider. Prints each figure against its bound, and ends with status 1 when
 * one falls short. `npm run test:load -- admission outage` runs some of it;
 * `--call-ms 6000` sets the time of a call where permits are measured.
 * `npm run test:load -- sources` has a stack of its own, and runs only by its name.
 */

import { parseArgs } from "node:util";
import { deployWithProvider } from "../support/deployment/provided-app.ts";
import { runScenarios } from "../support/measures/figures.ts";
import { admission, admissionOf250 } from "./admission.ts";
import { cancelRunning, refusedChunk, resume, transientErrors } from "./faults.ts";
import { coolDownSeconds, outage } from "./outage.ts";
import { parallelism } from "./parallelism.ts";
import {
  hangingChunk,
  manyOfOne,
  oneOf50,
  setCallTime,
  smallDocuments,
  tenOf50,
  throttledLoad,
} from "./permits.ts";
import { searchesBeside } from "./searches.ts";
import { deploySources, sources } from "./sources.ts";

const scenarios = [
  parallelism,
  smallDocuments,
  tenOf50,
  oneOf50,
  manyOfOne,
  throttledLoad,
  searchesBeside,
  hangingChunk,
  refusedChunk,
  resume,
  cancelRunning,
  transientErrors,
  outage,
  admissionOf250,
  admission,
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { "call-ms": { type: "string", default: "1500" } },
});
setCallTime(Number(values["call-ms"]));
const ownStack = positionals.length > 0 && positionals.every((name) => name === sources.name);

console.log("Deploying to an emulator …");
const context = ownStack
  ? await deploySources()
  : await deployWithProvider(
      // The outage's clock is scaled; waits of the state machine are as they are on AWS.
      {
        SLUICE_BREAKER_COOLDOWN_SECONDS: String(coolDownSeconds),
        SLUICE_OUTAGE_LIMIT_SECONDS: "3600",
      },
      { waitScale: 1 },
    );
try {
  const good = await runScenarios(ownStack ? [sources] : scenarios, positionals, context);
  process.exitCode = good ? 0 : 1;
} finally {
  await context.stop();
}
