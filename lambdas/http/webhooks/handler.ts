import { deliveryListQuerySchema } from "../../contract/calls/webhooks.ts";
import { systemClock } from "../../platform/system-clock.ts";
import { keys } from "../../records/wiring.ts";
import { deliveries, deliveryQueue, secrets } from "../../webhooks/wiring.ts";
import { httpHandler, httpRouter } from "../http-handler.ts";
import { listDeliveries, replayDelivery, rotateSecret, showSecret } from "./webhooks.ts";

const ports = {
  deliveries: deliveries(),
  secrets: secrets(),
  queue: deliveryQueue(),
  clock: systemClock,
};

export const handler = httpRouter({
  "GET /webhooks/deliveries": httpHandler({
    keys: keys(),
    query: deliveryListQuerySchema,
    answer: async ({ caller, query }) => ({
      status: 200,
      body: await listDeliveries(caller.tenant, query, ports),
    }),
  }),
  "POST /webhooks/deliveries/{id}/replay": httpHandler({
    keys: keys(),
    answer: async ({ caller, path }) => ({
      status: 202,
      body: await replayDelivery({ tenant: caller.tenant, deliveryId: path["id"] ?? "" }, ports),
    }),
  }),
  "GET /webhooks/secret": httpHandler({
    keys: keys(),
    answer: async ({ caller }) => ({ status: 200, body: await showSecret(caller.tenant, ports) }),
  }),
  "POST /webhooks/secret": httpHandler({
    keys: keys(),
    answer: async ({ caller }) => ({ status: 200, body: await rotateSecret(caller.tenant, ports) }),
  }),
});
