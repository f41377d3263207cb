import { systemChance, systemClock } from "../runtime/clock.ts";
import { httpHandler } from "../runtime/http.ts";
import { keys, uploads } from "../runtime/ports.ts";
import { offerUpload } from "./offer.ts";
import { uploadRequestSchema } from "./schema.ts";

const ports = { uploads: uploads(), chance: systemChance, clock: systemClock };

export const handler = httpHandler({
  keys: keys(),
  body: uploadRequestSchema,
  answer: async ({ caller, body }) => ({
    status: 201,
    body: await offerUpload(caller.tenant, body, ports),
  }),
});
