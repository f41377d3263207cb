/** A function that takes a while to start, and does nothing else. */
import { setTimeout as sleep } from "node:timers/promises";
import { environment } from "../../../lambdas/platform/environment.ts";

await sleep(2_000);
const error = environment["START_ERROR"];
if (error) throw Object.assign(new Error("It cannot start."), { name: error });

export const handler = async (event: unknown): Promise<unknown> => event;
