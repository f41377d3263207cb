import { deployment } from "../../platform/deployment.ts";
import { httpHandler } from "../http-handler.ts";
import { openApiDocument } from "./document.ts";

const document = JSON.stringify(openApiDocument(deployment.settings.AUTH));

export const handler = httpHandler({
  answer: () =>
    Promise.resolve({
      status: 200,
      headers: { "content-type": "application/json", "cache-control": "public, max-age=300" },
      body: document,
    }),
});
