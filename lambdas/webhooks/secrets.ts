/** The secret that signs a tenant's webhooks. */

export interface WebhookSecret {
  /** `whsec_` and base64, as Standard Webhooks writes it. */
  readonly secret: string;
  /** The secret before the last rotation. */
  readonly previous?: string;
  /** Until when requests are signed with the previous secret, too. */
  readonly previousUntilMs?: number;
}

export interface WebhookSecrets {
  /** The tenant's secret; the first call makes it. */
  of(tenant: string): Promise<WebhookSecret>;
  /** Makes a new secret, and keeps the one before until then. */
  rotate(tenant: string, previousUntilMs: number): Promise<WebhookSecret>;
}

/** Receivers have a day to learn a new secret. */
export const rotationMs = 24 * 3_600_000;
