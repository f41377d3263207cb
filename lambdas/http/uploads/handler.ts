import { uploadRequestSchema } from "../../contract/calls/uploads.ts";
import { systemChance, systemClock } from "../../platform/system-clock.ts";
import { keys, uploads } from "../../records/wiring.ts";
import { httpHandler } from "../http-handler.ts";
import { offerUpload } from "./offer.ts";

const ports = { uploads: uploads(), chance: systemChance, clock: systemClock };

export const handler = httpHandler({
  keys: keys(),
  body: uploadRequestSchema,
  answer: async ({ caller, body }) => ({
    status: 201,
    body: await offerUpload(caller.tenant, body, ports),
  }),
});
