/**
 * Global set-up of a vitest project whose files share one deployed app:
 * `inject("app")`. Functions and the state machine may do there what their
 * roles allow and nothing else, as on AWS.
 */
import { type AppAddress, deployApp } from "./app.ts";
import type { Providing } from "./emulator.ts";

declare module "vitest" {
  export interface ProvidedContext {
    app: AppAddress;
  }
}

/** A bucket that the test of sources makes; nothing else puts anything there. */
export const sourceOfTests = {
  name: "team",
  tenant: "source-tests",
  bucket: "sluice-test-source",
  prefix: "shared/",
} as const;

export default async function setup(project: Providing): Promise<() => Promise<void>> {
  const settings = {
    SLUICE_WEBHOOKS_ALLOW_LOOPBACK: "true",
    SLUICE_SOURCES: JSON.stringify([sourceOfTests]),
  };
  const app = await deployApp(settings, { enforceIam: true });
  const { endpoint, apiUrl, apiKey, outputs } = app;
  project.provide("endpoint", endpoint);
  project.provide("app", { endpoint, apiUrl, apiKey, outputs });
  return () => app.stop();
}
