import { systemClock } from "../runtime/clock.ts";
import { gateLimits, jobTimeoutMs } from "../runtime/deployment.ts";
import { gate, jobs, workflow } from "../runtime/ports.ts";
import { wakeUpHandler } from "../runtime/wake-up.ts";
import { dispatch } from "./dispatch.ts";

const ports = { gate: gate(), jobs: jobs(), workflow: workflow(), clock: systemClock };

export const handler = wakeUpHandler(() => dispatch(ports, { ...gateLimits, jobTimeoutMs }));
