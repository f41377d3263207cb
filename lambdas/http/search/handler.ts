import type { APIGatewayProxyEvent, Context } from "aws-lambda";
import { searchRequestSchema } from "../../contract/calls/search.ts";
import { vectorSpace } from "../../models/provider.ts";
import { embeddingsIdentity } from "../../models/providers.ts";
import { reranker } from "../../models/rerank/wiring.ts";
import { queryEmbedder } from "../../models/wiring.ts";
import { deployment } from "../../platform/deployment.ts";
import { taskHandler } from "../../platform/tasks/task.ts";
import { keys } from "../../records/wiring.ts";
import { type RowsQuestion, rowsQuestionSchema } from "../../vectors/stored-rows/schema.ts";
import { rowsAreThere } from "../../vectors/stored-rows/stored-rows.ts";
import { vectors } from "../../vectors/wiring.ts";
import { httpHandler } from "../http-handler.ts";
import { search } from "./search.ts";

const ports = { vectors: await vectors(), embedder: queryEmbedder(), reranker: reranker() };
const settings = { embeddingModel: vectorSpace(embeddingsIdentity(deployment.settings)) };

const answerRequest = httpHandler({
  keys: keys(),
  body: searchRequestSchema,
  answer: async ({ caller, body }) => ({
    status: 200,
    body: await search(caller.tenant, body, ports, settings),
  }),
});

const answerRows = taskHandler(
  rowsQuestionSchema,
  async ({ version, chunkCount, ...document }) => ({
    areThere: await rowsAreThere(ports.vectors, document, { version, chunkCount }),
  }),
);

/** Chunking asks whether an unchanged document's rows are still there; all else are requests. */
export const handler = (
  event: APIGatewayProxyEvent | RowsQuestion,
  context: Context,
): Promise<unknown> =>
  "kind" in event ? answerRows(event, context) : answerRequest(event, context);
