/** The functions of a deployment: each is a folder with a `handler.ts`, and a `function.ts` with its time, memory and rights. */

import { spec as admissionSwitch } from "./http/admission-switch/function.ts";
import { spec as authorizer } from "./http/authorizer/function.ts";
import { spec as cancel } from "./http/cancel/function.ts";
import { spec as console } from "./http/console/function.ts";
import { spec as documents } from "./http/documents/function.ts";
import { spec as health } from "./http/health/function.ts";
import { spec as metrics } from "./http/metrics/function.ts";
import { spec as openapi } from "./http/openapi/function.ts";
import { spec as providers } from "./http/providers/function.ts";
import { spec as reindex } from "./http/reindex/function.ts";
import { spec as retry } from "./http/retry/function.ts";
import { spec as search } from "./http/search/function.ts";
import { spec as sources } from "./http/sources/function.ts";
import { spec as status } from "./http/status/function.ts";
import { spec as submit } from "./http/submit/function.ts";
import { spec as uploads } from "./http/uploads/function.ts";
import { spec as usage } from "./http/usage/function.ts";
import { spec as webhooks } from "./http/webhooks/function.ts";
import { spec as chunk } from "./pipeline/chunk/function.ts";
import { spec as embed } from "./pipeline/enrich/embed/function.ts";
import { spec as metadata } from "./pipeline/enrich/metadata/function.ts";
import { spec as erase } from "./pipeline/erase/function.ts";
import { spec as extract } from "./pipeline/extract/function.ts";
import { spec as reembed } from "./pipeline/reembed/function.ts";
import { spec as store } from "./pipeline/store/function.ts";
import type { FunctionSpec } from "./platform/deploy/function-spec.ts";
import type { Settings } from "./platform/settings.ts";
import { spec as dispatch } from "./scheduling/dispatch/function.ts";
import { spec as finish } from "./scheduling/finish/function.ts";
import { spec as sweep } from "./scheduling/sweep/function.ts";
import { spec as feed } from "./sources/feed/function.ts";
import { spec as reconcile } from "./sources/reconcile/function.ts";
import { spec as maintain } from "./vectors/maintain/function.ts";
import { spec as deliver } from "./webhooks/deliver/function.ts";

export interface FunctionEntry {
  /** Below `lambdas/`. */
  readonly folder: string;
  readonly spec: FunctionSpec;
  /** A second entry point in the folder, for a process of its own; bundled as `worker.mjs`. */
  readonly worker?: string;
}

export const functions = {
  submit: { folder: "http/submit", spec: submit },
  status: { folder: "http/status", spec: status },
  retry: { folder: "http/retry", spec: retry },
  cancel: { folder: "http/cancel", spec: cancel },
  health: { folder: "http/health", spec: health },
  intake: { folder: "http/admission-switch", spec: admissionSwitch },
  metrics: { folder: "http/metrics", spec: metrics },
  usage: { folder: "http/usage", spec: usage },
  providers: { folder: "http/providers", spec: providers },
  reindex: { folder: "http/reindex", spec: reindex },
  openapi: { folder: "http/openapi", spec: openapi },
  authorizer: { folder: "http/authorizer", spec: authorizer },
  console: { folder: "http/console", spec: console },
  search: { folder: "http/search", spec: search },
  documents: { folder: "http/documents", spec: documents },
  uploads: { folder: "http/uploads", spec: uploads },
  webhooks: { folder: "http/webhooks", spec: webhooks },
  deliver: { folder: "webhooks/deliver", spec: deliver },
  sources: { folder: "http/sources", spec: sources },
  dispatch: { folder: "scheduling/dispatch", spec: dispatch },
  finish: { folder: "scheduling/finish", spec: finish },
  sweep: { folder: "scheduling/sweep", spec: sweep },
  extract: { folder: "pipeline/extract", spec: extract, worker: "worker/main.ts" },
  chunk: { folder: "pipeline/chunk", spec: chunk },
  metadata: { folder: "pipeline/enrich/metadata", spec: metadata },
  embed: { folder: "pipeline/enrich/embed", spec: embed },
  store: { folder: "pipeline/store", spec: store },
  erase: { folder: "pipeline/erase", spec: erase },
  reembed: { folder: "pipeline/reembed", spec: reembed },
  feed: { folder: "sources/feed", spec: feed },
  reconcile: { folder: "sources/reconcile", spec: reconcile },
  maintain: { folder: "vectors/maintain", spec: maintain },
} as const satisfies Record<string, FunctionEntry>;

export type StepName = keyof typeof functions;
export const stepNames = Object.keys(functions) as StepName[];

/** The steps of a deployment with these settings. */
export function stepsOf(settings: Settings): StepName[] {
  return stepNames.filter((name) => {
    const { exists }: FunctionSpec = functions[name].spec;
    return exists?.(settings) ?? true;
  });
}
