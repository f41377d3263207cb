import { readdirSync, readFileSync } from "node:fs";
import { deployment } from "../../platform/deployment.ts";
import { httpHandler } from "../http-handler.ts";
import { servePage } from "./serve.ts";

/** `infra/bundling/page.ts` puts this file beside the bundle. */
const folder = new URL("./assets/", import.meta.url);
const assets = new Map(
  readdirSync(folder).map((name) => [name, readFileSync(new URL(name, folder), "utf8")]),
);
const uploadOrigin = deployment.endpoint ?? deployment.resource("UPLOAD_ORIGIN");

export const handler = httpHandler({
  // Links carry parameters that mean nothing to the page.
  query: "ignored",
  answer: ({ path }) => Promise.resolve(servePage(assets, path["file"], uploadOrigin)),
});
