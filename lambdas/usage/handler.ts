import { systemClock } from "../runtime/clock.ts";
import { httpHandler } from "../runtime/http.ts";
import { keys, ledger } from "../runtime/ports.ts";
import { usageQuerySchema } from "./schema.ts";
import { usageReport } from "./usage.ts";

const ports = { ledger: ledger(), clock: systemClock };

export const handler = httpHandler({
  keys: keys(),
  query: usageQuerySchema,
  answer: async ({ caller, query }) => ({
    status: 200,
    body: await usageReport(caller.tenant, query.month, ports),
  }),
});
