import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files whose place matters; a fresh clone does not know yet which take long. */
class InOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => placeOf(a) - placeOf(b));
  }
}

function placeOf({ moduleId }: TestSpecification): number {
  // Begun last, the longest would run on alone.
  if (moduleId.endsWith("/simulation/simulation.test.ts")) return -1;
  // It leaves the breaker open, for which the next file would wait.
  if (moduleId.endsWith("/e2e/outage.test.ts")) return 1;
  return 0;
}

const onEmulator = {
  // The functions run on the same machine: more files at once only queue there.
  maxWorkers: 2,
  testTimeout: 120_000,
  hookTimeout: 180_000,
};

export default defineConfig({
  test: {
    allowOnly: false,
    sequence: { sequencer: InOrder },
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/{unit,simulation,asl,infra}/**/*.test.ts"],
          // One more than a small machine has cores: some tests wait for time to pass.
          maxWorkers: 3,
          // Nothing here has state of its own; to load everything anew for each file took a quarter of the time.
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          // Documents that are on the machine, or that its programs write.
          name: "documents",
          include: ["test/documents/**/*.test.ts"],
          maxWorkers: 1,
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: "contracts",
          include: ["test/contracts/**/*.test.ts"],
          // One emulator for the project's whole run.
          globalSetup: ["test/support/deployment/emulator.ts"],
          ...onEmulator,
        },
      },
      {
        test: {
          // Fills the queue, and so has a stack of its own.
          name: "admission",
          include: ["test/admission/**/*.test.ts"],
          ...onEmulator,
        },
      },
      {
        test: {
          // Endpoints with quirks: stacks of its own, whose providers are fakes over HTTP.
          name: "providers",
          include: ["test/providers/**/*.test.ts"],
          ...onEmulator,
          fileParallelism: false,
        },
      },
      {
        test: {
          // A small gate, prices, Prometheus: a stack of its own.
          name: "observability",
          include: ["test/observability/**/*.test.ts"],
          ...onEmulator,
        },
      },
      {
        test: {
          name: "integration",
          include: ["test/integration/**/*.test.ts"],
          // One emulator with the app deployed.
          globalSetup: ["test/support/deployment/deployed.ts"],
          ...onEmulator,
          // One stack, one gate: two files at once would fill each other's queue.
          fileParallelism: false,
        },
      },
      {
        test: {
          // What a person starts: each test has a stack of its own.
          name: "laptop",
          include: ["test/laptop/**/*.test.ts"],
          ...onEmulator,
          // A bring-up builds, bootstraps and deploys; on a busy machine that takes minutes.
          testTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "browser",
          include: ["test/e2e/**/*.test.ts"],
          globalSetup: ["test/support/deployment/console-stack.ts"],
          ...onEmulator,
          testTimeout: 240_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
