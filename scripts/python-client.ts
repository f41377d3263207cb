/**
 * `npm run clients:python`: generates the Python client from `client/openapi.json` and packs it as a
 * wheel in `dist/python`. It is not under version control: it follows from the document alone.
 */
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { environment } from "../lambdas/platform/environment.ts";
import { LocalFailure } from "../ops/failure.ts";
import { repository, sluiceFolder } from "../ops/paths.ts";
import { pythonVenv } from "../ops/python-venv.ts";

const folder = join(repository, "dist/python");
const source = join(repository, "client/python");

const python = await pythonVenv(
  join(sluiceFolder, "clients"),
  join(source, "requirements.txt"),
  environment,
);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const must = async (program: string, args: readonly string[]) => {
  const { exitCode, output } = await python.run(program, args);
  // A warning says that the client lacks a part of the API.
  if (exitCode !== 0 || /warning\(s\)/i.test(output)) {
    throw new LocalFailure(`${program} failed: ${output}`);
  }
};
const generated = join(folder, "sluice-client");
await must("openapi-python-client", [
  "generate",
  "--meta",
  "setup",
  "--config",
  join(source, "config.yaml"),
  "--path",
  join(repository, "client/openapi.json"),
  "--output-path",
  generated,
]);
await must("pip", ["wheel", "--quiet", "--no-deps", "--wheel-dir", folder, generated]);
const wheel = readdirSync(folder).find((name) => name.endsWith(".whl"));
console.log(`Packed dist/python/${wheel}.`);
