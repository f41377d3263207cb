/** The calls about the deployment itself, and those that describe the API. */
import { intakeRequestSchema, intakeSchema } from "../../contract/calls/admission-switch.ts";
import { healthSchema } from "../../contract/calls/health.ts";
import { providersSchema } from "../../contract/calls/providers.ts";
import {
  reindexQuerySchema,
  reindexRequestSchema,
  reindexSchema,
} from "../../contract/calls/reindex.ts";
import { usageQuerySchema, usageReportSchema } from "../../contract/calls/usage.ts";
import type { Operation } from "./operation.ts";

export const operatorOperations: readonly Operation[] = [
  {
    method: "get",
    path: "/health",
    id: "health",
    tag: "Operations",
    summary: "Get the queue, slots, breakers and permits",
    description: "Limits, breakers and permits are shown to keys of role `operator`.",
    answers: { 200: healthSchema },
  },
  {
    method: "post",
    path: "/intake",
    id: "setIntake",
    tag: "Operations",
    summary: "Pause or resume intake",
    description:
      "Requires a key with the role `operator`. While intake is paused, ingest and retry respond with 503 and `Retry-After`. Queued and running jobs continue.",
    body: intakeRequestSchema.meta({ id: "IntakeRequest" }),
    answers: { 200: intakeSchema },
  },
  {
    method: "post",
    path: "/providers/check",
    id: "checkProviders",
    tag: "Operations",
    summary: "Make one call of each model provider",
    description:
      "Requires a key with the role `operator`. The calls are made as jobs make them, and count against the same caps. A failed one says what to repair.",
    answers: { 200: providersSchema },
  },
  {
    method: "post",
    path: "/reindex",
    id: "startReindex",
    tag: "Operations",
    summary: "Move a tenant's documents to the configured embedding model",
    description:
      "Requires a key with the role `operator`. The stored texts are embedded again; searches continue meanwhile. A reindex that runs already is shown. With `cancel`, it ends, and documents that have moved stay moved.",
    body: reindexRequestSchema.meta({ id: "ReindexRequest" }),
    answers: { 200: reindexSchema, 202: reindexSchema },
  },
  {
    method: "get",
    path: "/reindex",
    id: "getReindex",
    tag: "Operations",
    summary: "See how far a reindex is",
    description: "For keys of role `operator`.",
    query: reindexQuerySchema,
    answers: { 200: reindexSchema },
  },
  {
    method: "get",
    path: "/metrics",
    id: "metrics",
    tag: "Operations",
    summary: "Read every metric, in Prometheus' text format",
    description: "For keys of role `operator`.",
    answers: { 200: "text/plain" },
  },
  {
    method: "get",
    path: "/usage",
    id: "usage",
    tag: "Operations",
    summary: "Get the usage of your jobs in a month",
    query: usageQuerySchema,
    answers: { 200: usageReportSchema },
  },
  {
    method: "get",
    path: "/openapi.json",
    id: "openapi",
    tag: "Reference",
    summary: "Get this OpenAPI document",
    keyless: true,
    answers: { 200: "any" },
  },
  {
    method: "get",
    path: "/console",
    id: "console",
    tag: "Reference",
    summary: "Open the console",
    description: "A web page that uses this API with the key that you enter.",
    keyless: true,
    answers: { 200: "text/html" },
  },
  {
    method: "get",
    path: "/console/{file}",
    id: "consoleFile",
    tag: "Reference",
    summary: "Get an asset of the console",
    keyless: true,
    answers: { 200: "text/*" },
    refusals: ["not_found"],
  },
];
