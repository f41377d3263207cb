/** Code that reads the environment once for a whole process, such as the AWS clients. */
import { afterAll, beforeAll, vi } from "vitest";

/**
 * Sets variables for a test file. Modules that the file imports after that are loaded anew, so
 * that none remembers what it read for another file of the same process; those after it load their
 * own.
 * @param variables asked once, before the first test
 */
export function withEnvironment(variables: () => Promise<Readonly<Record<string, string>>>): void {
  beforeAll(async () => {
    for (const [name, value] of Object.entries(await variables())) vi.stubEnv(name, value);
    vi.resetModules();
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    vi.resetModules();
  });
}

/** With which an AWS client reaches a server of a test. */
export const reaching = (endpoint: string) => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
});
