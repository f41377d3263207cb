import { sourceObjectsQuerySchema } from "../../contract/calls/sources.ts";
import { systemClock } from "../../platform/system-clock.ts";
import { keys } from "../../records/wiring.ts";
import { configured, records, sourceStates } from "../../sources/wiring.ts";
import { httpHandler, httpRouter } from "../http-handler.ts";
import { actOnSource, listObjects, listSources, type SourceAction, showSource } from "./sources.ts";

const ports = {
  configured: configured(),
  sources: sourceStates(),
  records: records(),
  clock: systemClock,
};

const action = (name: SourceAction) =>
  httpHandler({
    keys: keys(),
    answer: async ({ caller, path }) => {
      const body = await actOnSource(caller.tenant, path["id"] ?? "", name, ports);
      return { status: 200, body };
    },
  });

export const handler = httpRouter({
  "GET /sources": httpHandler({
    keys: keys(),
    answer: async ({ caller }) => ({ status: 200, body: await listSources(caller.tenant, ports) }),
  }),
  "GET /sources/{id}": httpHandler({
    keys: keys(),
    answer: async ({ caller, path }) => ({
      status: 200,
      body: await showSource(caller.tenant, path["id"] ?? "", ports),
    }),
  }),
  "GET /sources/{id}/objects": httpHandler({
    keys: keys(),
    query: sourceObjectsQuerySchema,
    answer: async ({ caller, path, query }) => ({
      status: 200,
      body: await listObjects(caller.tenant, path["id"] ?? "", query, ports),
    }),
  }),
  "POST /sources/{id}/pause": action("pause"),
  "POST /sources/{id}/resume": action("resume"),
  "POST /sources/{id}/sync": action("sync"),
});
