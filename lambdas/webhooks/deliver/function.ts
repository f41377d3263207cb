import { type FunctionSpec, noAccess } from "../../platform/deploy/function-spec.ts";
import { deliveryTimeoutSeconds } from "../limits.ts";

/** Time, memory and rights of the function. */
export const spec = {
  ...noAccess,
  timeoutSeconds: deliveryTimeoutSeconds,
  memoryMb: 256,
  table: { writes: ["webhook", "tallies"] },
  queuesWebhooks: true,
} as const satisfies FunctionSpec;
