import type { Caller } from "../../records/api-keys/api-keys.ts";

export interface RequestCaller extends Caller {
  /** The token's subject or the principal's ARN. A key has an id instead, which the gateway names. */
  readonly subject?: string;
}
