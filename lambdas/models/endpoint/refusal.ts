/** An endpoint said no, or said nothing: what it answered, before it is translated into an error of the domain. */
import type { Complaint } from "./complaint.ts";

export class EndpointRefusal extends Error {
  override readonly name = "EndpointRefusal";
  readonly status: number;
  readonly complaint: Complaint;
  /** @default none */
  readonly headers: Headers | undefined;

  constructor(status: number, complaint: Complaint, headers?: Headers) {
    // Without the endpoint's words: they may quote the text, and this message may be logged.
    super(`The endpoint answered ${status}.`);
    this.status = status;
    this.complaint = complaint;
    this.headers = headers;
  }

  /** Whether a sentence, a code or the name of a parameter matches. */
  says(pattern: RegExp): boolean {
    const { words, parameters, codes } = this.complaint;
    return [words, parameters, ...codes].some((part) => pattern.test(part));
  }
}
