import { type FunctionSpec, noAccess } from "../../platform/deploy/function-spec.ts";
import { coordinationTimeoutSeconds } from "../limits.ts";

/** Time, memory and rights of the function. */
export const spec = {
  ...noAccess,
  timeoutSeconds: coordinationTimeoutSeconds,
  memoryMb: 512,
  table: {
    writes: ["gate", "job", "tenant", "tallies", "webhook", "idempotency", "lease", "attachment"],
  },
  // Queues the attachments of a mail: it reads and writes files, and deletes one that was refused.
  documents: "remove",
  wakes: true,
  queuesWebhooks: true,
} as const satisfies FunctionSpec;
