/** `npm run picture`: makes the picture of the console in README, by a test in a browser. */
import { spawnSync } from "node:child_process";
import { copyFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../ops/paths.ts";

const shot = join(repository, "test-results/screenshots/console.png");
rmSync(shot, { force: true });
const { status } = spawnSync(
  process.execPath,
  ["test/run.ts", "browser", "test/e2e/picture.test.ts"],
  { cwd: repository, stdio: "inherit" },
);
if (status === 0) copyFileSync(shot, join(repository, "docs/console.png"));
process.exitCode = status ?? 1;
