import {
  chunkQuerySchema,
  contentQuerySchema,
  documentListQuerySchema,
} from "../../contract/calls/documents.ts";
import { systemClock } from "../../platform/system-clock.ts";
import { documents, erasures, jobs, keys, objects } from "../../records/wiring.ts";
import { finisher, workflow } from "../../scheduling/wiring.ts";
import { vectors } from "../../vectors/wiring.ts";
import { httpHandler, httpRouter } from "../http-handler.ts";
import { showContent } from "./content.ts";
import { listChunks, listDocuments, showDocument } from "./documents.ts";
import { removeDocument } from "./remove.ts";

const ports = { documents: documents(), vectors: await vectors(), clock: systemClock };
const removalPorts = {
  ...ports,
  jobs: jobs(),
  finisher: finisher(),
  workflow: workflow(),
  erasures: erasures(),
};
const contentPorts = { ...ports, jobs: jobs(), objects: objects() };

export const handler = httpRouter({
  "GET /documents": httpHandler({
    keys: keys(),
    query: documentListQuerySchema,
    answer: async ({ caller, query }) => ({
      status: 200,
      body: await listDocuments(caller.tenant, query, ports),
    }),
  }),
  "GET /documents/{id}": httpHandler({
    keys: keys(),
    answer: async ({ caller, path }) => ({
      status: 200,
      body: await showDocument({ tenant: caller.tenant, documentId: path["id"] ?? "" }, ports),
    }),
  }),
  "DELETE /documents/{id}": httpHandler({
    keys: keys(),
    answer: ({ caller, path, requestId }) =>
      removeDocument(
        { tenant: caller.tenant, documentId: path["id"] ?? "" },
        requestId,
        removalPorts,
      ),
  }),
  "GET /documents/{id}/content": httpHandler({
    keys: keys(),
    query: contentQuerySchema,
    answer: ({ caller, path, query }) =>
      showContent(
        { tenant: caller.tenant, documentId: path["id"] ?? "" },
        { original: query.original === "true" },
        contentPorts,
      ),
  }),
  "GET /documents/{id}/chunks": httpHandler({
    keys: keys(),
    query: chunkQuerySchema,
    answer: async ({ caller, path, query }) => ({
      status: 200,
      body: await listChunks({ tenant: caller.tenant, documentId: path["id"] ?? "" }, query, ports),
    }),
  }),
});
