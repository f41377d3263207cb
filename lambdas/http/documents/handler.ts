import { chunkQuerySchema, documentListQuerySchema } from "../../contract/calls/documents.ts";
import { systemClock } from "../../platform/system-clock.ts";
import { documents, keys } from "../../records/wiring.ts";
import { vectors } from "../../vectors/wiring.ts";
import { httpHandler, httpRouter } from "../http-handler.ts";
import { listChunks, listDocuments, showDocument } from "./documents.ts";
import { removeDocument } from "./remove.ts";

const ports = { documents: documents(), vectors: await vectors(), clock: systemClock };

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
    answer: async ({ caller, path, requestId }) => {
      const ref = { tenant: caller.tenant, documentId: path["id"] ?? "" };
      return { status: 200, body: await removeDocument(ref, requestId, ports) };
    },
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
