import { systemClock } from "../../platform/system-clock.ts";
import { jobs } from "../../records/wiring.ts";
import { gateLimits, jobTimeoutMs } from "../settings.ts";
import { gate, workflow } from "../wiring.ts";
import { dispatch } from "./dispatch.ts";
import { wakeUpHandler } from "./wake-up.ts";

const ports = { gate: gate(), jobs: jobs(), workflow: workflow(), clock: systemClock };

export const handler = wakeUpHandler(() => dispatch(ports, { ...gateLimits, jobTimeoutMs }));
