/**
 * `npm run test:engine`: runs the state machine's definition on a second interpreter, that of
 * LocalStack, and with it the contract suites whose services LocalStack starts without Docker or a
 * download. `npm run test:engine -- FILE…` runs other files of `test/contracts`. The exit status is
 * 1 if an outcome differs from that on the emulator, unless docs/localstack/README.md lists it.
 */

import { environment } from "../../lambdas/platform/environment.ts";
import { LocalFailure } from "../../ops/failure.ts";
import { repository } from "../../ops/paths.ts";
import { pathWithNode, run } from "../../ops/processes.ts";
import { installLocalStack } from "./install.ts";
import { startLocalStack } from "./localstack.ts";

/** Step Functions, SQS and S3. */
const suites = [
  "test/contracts/scheduling/state-machine.test.ts",
  "test/contracts/scheduling/services.test.ts",
  "test/contracts/scheduling/dead-letters.test.ts",
  "test/contracts/records/uploads.test.ts",
  "test/contracts/vectors/vector-store.test.ts",
];
/** As on the emulator in tests. */
const waitScale = 0.01;

async function main(): Promise<number> {
  const localStack = await startLocalStack(await installLocalStack(), waitScale);
  try {
    const given = process.argv.slice(2);
    const { exitCode } = await run(
      process.execPath,
      ["test/run.ts", "contracts", ...(given.length > 0 ? given : suites)],
      {
        cwd: repository,
        env: {
          ...environment,
          AWS_ENDPOINT_URL: localStack.endpoint,
          PATH: pathWithNode(environment),
        },
        onLine: (line) => console.log(line),
      },
    );
    return exitCode ?? 1;
  } finally {
    await localStack.stop();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof LocalFailure ? error.message : error);
  process.exitCode = 1;
}
