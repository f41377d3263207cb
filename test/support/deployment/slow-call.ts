/** A function whose calls take a while and answer with a setting. */
import { setTimeout as sleep } from "node:timers/promises";
import { environment } from "../../../lambdas/platform/environment.ts";

export const handler = async (): Promise<unknown> => {
  await sleep(2_000);
  return environment["RELEASE"];
};
