/**
 * `npm run test:upgrade`: deploys the release before to an emulator, and this checkout over it while
 * jobs run, then goes back and forth again. Prints each figure against its bound, and ends with
 * status 1 when one falls short. `-- --from REVISION` names the release before. By default it is the
 * newest tag. `-- upgrade rollback` runs some of it.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { LocalFailure } from "../../ops/failure.ts";
import { deployWithProvider } from "../support/deployment/provided-app.ts";
import { runScenarios } from "../support/measures/figures.ts";
import { change } from "./change.ts";
import { checkOut, newestRelease } from "./release.ts";

const scenarios = [
  change("upgrade", "this checkout over the release before", 1_000, (to) => to.toCurrent),
  change("rollback", "the release before over this checkout", 2_000, (to) => to.toBefore),
  change("again", "this checkout over the release before", 3_000, (to) => to.toCurrent),
];

const { values, positionals } = parseArgs({
  options: { from: { type: "string" } },
  allowPositionals: true,
});
const folder = mkdtempSync(join(tmpdir(), "sluice-upgrade-"));
try {
  const from = values.from ?? (await newestRelease());
  const checkout = join(folder, "before");
  console.log(`Checking out ${from} …`);
  await checkOut(from, checkout);
  console.log("Deploying it to an emulator …");
  const before = await deployWithProvider({}, { waitScale: 1, checkout });
  try {
    const { app, settings } = before;
    const toCurrent = await app.prepare(settings);
    const toBefore = await app.prepare(settings, checkout);
    const good = await runScenarios(scenarios, positionals, { ...before, toCurrent, toBefore });
    process.exitCode = good ? 0 : 1;
  } finally {
    await before.stop();
  }
} catch (error) {
  if (!(error instanceof LocalFailure)) throw error;
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
