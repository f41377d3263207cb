import type { StepName } from "../lambdas/functions.ts";

export interface Route {
  readonly method: "GET" | "POST" | "DELETE";
  /** The path below the stage `v1`. */
  readonly path: `/${string}`;
  readonly step: StepName;
  /** Needs no key. @default false */
  readonly keyless?: true;
}

/** The HTTP API: each call with the step that handles it. */
export const routes: readonly Route[] = [
  { method: "POST", path: "/ingest", step: "submit" },
  { method: "POST", path: "/ingest/batch", step: "submit" },
  { method: "GET", path: "/jobs", step: "status" },
  { method: "GET", path: "/jobs/{id}", step: "status" },
  { method: "DELETE", path: "/jobs/{id}", step: "cancel" },
  { method: "POST", path: "/jobs/{id}/retry", step: "retry" },
  { method: "POST", path: "/search", step: "search" },
  { method: "POST", path: "/uploads", step: "uploads" },
  { method: "GET", path: "/documents", step: "documents" },
  { method: "GET", path: "/documents/{id}", step: "documents" },
  { method: "DELETE", path: "/documents/{id}", step: "documents" },
  { method: "GET", path: "/documents/{id}/chunks", step: "documents" },
  { method: "GET", path: "/documents/{id}/content", step: "documents" },
  { method: "GET", path: "/webhooks/deliveries", step: "webhooks" },
  { method: "POST", path: "/webhooks/deliveries/{id}/replay", step: "webhooks" },
  { method: "GET", path: "/webhooks/secret", step: "webhooks" },
  { method: "POST", path: "/webhooks/secret", step: "webhooks" },
  { method: "GET", path: "/sources", step: "sources" },
  { method: "GET", path: "/sources/{id}", step: "sources" },
  { method: "GET", path: "/sources/{id}/objects", step: "sources" },
  { method: "POST", path: "/sources/{id}/pause", step: "sources" },
  { method: "POST", path: "/sources/{id}/resume", step: "sources" },
  { method: "POST", path: "/sources/{id}/sync", step: "sources" },
  { method: "GET", path: "/health", step: "health" },
  { method: "POST", path: "/intake", step: "intake" },
  { method: "POST", path: "/providers/check", step: "providers" },
  { method: "POST", path: "/reindex", step: "reindex" },
  { method: "GET", path: "/reindex", step: "reindex" },
  { method: "GET", path: "/metrics", step: "metrics" },
  { method: "GET", path: "/usage", step: "usage" },
  { method: "GET", path: "/openapi.json", step: "openapi", keyless: true },
  { method: "GET", path: "/console", step: "console", keyless: true },
  { method: "GET", path: "/console/{file}", step: "console", keyless: true },
];
