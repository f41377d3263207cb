/** What scheduling takes from the deployment's settings. */
import { deployment } from "../platform/deployment.ts";
import { gateLimitsOf } from "./gate/gate-state.ts";
import { jobTimeoutSeconds, workMsPerChunk } from "./limits.ts";

const { settings } = deployment;

export const gateLimits = gateLimitsOf(settings);
export const jobTimeoutMs = jobTimeoutSeconds(settings.OUTAGE_LIMIT_SECONDS) * 1_000;
export const jobTimes = { jobTimeoutMs, workMsPerChunk: workMsPerChunk(settings) };
