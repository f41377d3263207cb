/** What this function was deployed with: settings and the names of its resources. */

import { environment } from "./environment.ts";
import { parseSettings, type Settings } from "./settings.ts";

export interface Deployment {
  readonly settings: Settings;
  /** Set on emulators; S3 is then addressed by path. */
  readonly endpoint: string | undefined;
  /** A resource's name or address, by its variable. @throws Error if the function was deployed without it */
  readonly resource: (name: ResourceName) => string;
}

export type ResourceName =
  | "TABLE_NAME"
  | "BUCKET_NAME"
  | "VECTORS_BUCKET"
  | "JOBS_QUEUE_URL"
  | "STATE_MACHINE_ARN"
  | "EVENT_BUS_NAME"
  | "VERSION"
  | "STACK_NAME"
  | "DEAD_LETTERS_URL"
  | "FINISH_FUNCTION"
  | "EMBED_FUNCTION"
  | "UPLOAD_ORIGIN";

export const deployment: Deployment = {
  settings: parseSettings(environment),
  endpoint: environment["AWS_ENDPOINT_URL"],
  resource: (name) => {
    const value = environment[`SLUICE_${name}`];
    if (value === undefined) {
      throw new Error(`SLUICE_${name} is not set: this function was deployed without it.`);
    }
    return value;
  },
};
