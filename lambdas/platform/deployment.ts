/** The settings and resource names with which this function was deployed. */

import { environment } from "./environment.ts";
import { parseSettings, type Settings } from "./settings.ts";

export interface Deployment {
  readonly settings: Settings;
  /** Set on emulators; S3 then uses path-style addresses. */
  readonly endpoint: string | undefined;
  /**
   * The name or address of a resource, by its variable. @throws Error if the function was deployed
   * without it
   */
  readonly resource: (name: ResourceName) => string;
}

export type ResourceName =
  | "TABLE_NAME"
  | "BUCKET_NAME"
  | "VECTORS_BUCKET"
  | "JOBS_QUEUE_URL"
  | "WEBHOOKS_QUEUE_URL"
  | "STATE_MACHINE_ARN"
  | "EVENT_BUS_NAME"
  | "VERSION"
  | "STACK_NAME"
  | "DEAD_LETTERS_URL"
  | "SOURCE_HINTS_URL"
  | "FINISH_FUNCTION"
  | "EMBED_FUNCTION"
  | "SEARCH_FUNCTION"
  | "METADATA_FUNCTION"
  | "REEMBED_FUNCTION"
  | "UPLOAD_ORIGIN";

export const deployment: Deployment = {
  settings: parseSettings(environment),
  endpoint: environment["AWS_ENDPOINT_URL"],
  resource: (name) => {
    const value = environment[`SLUICE_${name}`];
    if (value === undefined) {
      throw new Error(
        `SLUICE_${name} is not set: the function was deployed without it. Deploy the stack again.`,
      );
    }
    return value;
  },
};
