/**
 * Global set-up of the browser tests: the real app on an emulator, the real
 * local gateway before it, and a fake provider behind it that is slow or fails
 * as told (`scriptProvider`). The gate is small, so that it can be filled.
 */

import { openGateway } from "../../../local/gateway.ts";
import { startFakeProvider } from "../fake-provider/fake-provider.ts";
import type { ScriptInput } from "../fake-provider/fake-provider-script.ts";
import { type AppAddress, deployApp } from "./app.ts";
import type { Providing } from "./emulator.ts";

export const maxActive = 3;
export const maxQueued = 6;

export interface ConsoleStack extends AppAddress {
  /** Of the gateway: what a person at a laptop opens. */
  readonly url: string;
  readonly providerControlUrl: string;
}

declare module "vitest" {
  export interface ProvidedContext {
    console: ConsoleStack;
  }
}

export default async function setup(project: Providing): Promise<() => Promise<void>> {
  const provider = await startFakeProvider();
  const app = await deployApp(
    {
      SLUICE_MAX_ACTIVE: String(maxActive),
      SLUICE_MAX_QUEUED: String(maxQueued),
      SLUICE_METADATA_PROVIDER: "openai",
      SLUICE_LLM_BASE_URL: provider.baseUrl,
      SLUICE_LLM_MODEL: "fake-chat",
      SLUICE_EMBEDDINGS_PROVIDER: "openai",
      SLUICE_EMBEDDINGS_BASE_URL: provider.baseUrl,
      SLUICE_EMBEDDINGS_MODEL: "fake-embedding",
    },
    { enforceIam: true },
  );
  const gateway = await openGateway(0);
  gateway.connect(app.apiUrl);
  const { endpoint, apiUrl, apiKey, outputs } = app;
  project.provide("console", {
    endpoint,
    apiUrl,
    apiKey,
    outputs,
    url: gateway.url,
    providerControlUrl: provider.controlUrl,
  });
  return async () => {
    await gateway.close();
    await app.stop();
    await provider.close();
  };
}

/** What the provider does from now on. */
export async function scriptProvider(stack: ConsoleStack, script: ScriptInput): Promise<void> {
  const answer = await fetch(`${stack.providerControlUrl}/script`, {
    method: "PUT",
    body: JSON.stringify(script),
  });
  if (!answer.ok) throw new Error(`The fake provider refused the script: ${await answer.text()}`);
}
