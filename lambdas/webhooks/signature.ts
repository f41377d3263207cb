import { createHmac, randomBytes } from "node:crypto";
import type { WebhookSecret } from "./secrets.ts";

const prefix = "whsec_";

/** 32 random bytes; the specification asks for 24 to 64. */
export function freshSecret(): string {
  return prefix + randomBytes(32).toString("base64");
}

export interface SignedMessage {
  readonly id: string;
  /** Epoch milliseconds; receivers refuse a message that is older or newer than some minutes. */
  readonly nowMs: number;
  readonly body: string;
}

/**
 * The headers of Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`. For a day after a rotation
 * there are two signatures, and a receiver accepts either.
 */
export function signedHeaders(
  { id, nowMs, body }: SignedMessage,
  { secret, previous, previousUntilMs = 0 }: WebhookSecret,
): Record<string, string> {
  const timestamp = String(Math.floor(nowMs / 1_000));
  const keys = previous !== undefined && nowMs < previousUntilMs ? [secret, previous] : [secret];
  const signatures = keys.map((key) => {
    const bytes = Buffer.from(key.slice(prefix.length), "base64");
    const signed = createHmac("sha256", bytes).update(`${id}.${timestamp}.${body}`);
    return `v1,${signed.digest("base64")}`;
  });
  return {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": signatures.join(" "),
  };
}
