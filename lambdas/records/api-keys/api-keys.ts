/** API keys, and the tenant that each belongs to. */

export interface Caller {
  readonly tenant: string;
  /** `operator` may also read metrics and the details of health. */
  readonly role: "tenant" | "operator";
}

export interface KeyStore {
  /** Whose key it is; only the key's hash is stored. */
  callerOf(apiKey: string): Promise<Caller | undefined>;
  put(apiKey: string, caller: Caller): Promise<void>;
}
