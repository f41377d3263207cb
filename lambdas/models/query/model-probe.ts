import type { ProbeAnswer } from "../probe.ts";

/** Makes one call of a model, as jobs make them. */
export interface ModelProbe {
  /** @throws ProbeFailedError */
  call(): Promise<ProbeAnswer>;
}

export class ProbeFailedError extends Error {
  override readonly name = "ProbeFailedError";
  /** The name of the error that the call ended with. */
  readonly errorName: string;
  constructor(errorName: string, message: string) {
    super(message);
    this.errorName = errorName;
  }
}
