/** What scheduling takes from the deployment's settings. */
import { deployment } from "../platform/deployment.ts";
import { jobTimeoutSeconds } from "./limits.ts";

const { settings } = deployment;

export const gateLimits = { maxQueued: settings.MAX_QUEUED, maxActive: settings.MAX_ACTIVE };
export const jobTimeoutMs = jobTimeoutSeconds(settings.OUTAGE_LIMIT_SECONDS) * 1_000;
