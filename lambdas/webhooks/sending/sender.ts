export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface WebhookSender {
  /**
   * Sends once and follows no redirect.
   * @returns the status of the answer, whatever it is
   * @throws WebhookSendError if there was none
   */
  send(request: WebhookRequest): Promise<number>;
}

/** No answer came; the message says why, as a predicate of the receiver. */
export class WebhookSendError extends Error {
  override readonly name = "WebhookSendError";
}
