import { ledger } from "../../accounting/wiring.ts";
import { usageQuerySchema } from "../../contract/calls/usage.ts";
import { systemClock } from "../../platform/system-clock.ts";
import { keys } from "../../records/wiring.ts";
import { httpHandler } from "../http-handler.ts";
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
