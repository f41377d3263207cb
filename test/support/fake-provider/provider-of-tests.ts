import { afterAll, afterEach } from "vitest";
import { type FakeProvider, startFakeProvider } from "./fake-provider.ts";

/** One for all tests of a file; each begins with an empty script, and without the calls of others. */
export async function providerOfTests(): Promise<FakeProvider> {
  const provider = await startFakeProvider();
  afterEach(() => {
    provider.script({});
    provider.reset();
  });
  afterAll(() => provider.close());
  return provider;
}
