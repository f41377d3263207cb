import type { WebhookSecret, WebhookSecrets } from "../../../../lambdas/webhooks/secrets.ts";

export class MemoryWebhookSecrets implements WebhookSecrets {
  readonly #secrets = new Map<string, WebhookSecret>();
  readonly #fresh: () => string;

  constructor(fresh: () => string) {
    this.#fresh = fresh;
  }

  async of(tenant: string): Promise<WebhookSecret> {
    const secret = this.#secrets.get(tenant) ?? { secret: this.#fresh() };
    this.#secrets.set(tenant, secret);
    return secret;
  }

  async rotate(tenant: string, previousUntilMs: number): Promise<WebhookSecret> {
    const { secret: previous } = await this.of(tenant);
    this.#secrets.set(tenant, { secret: this.#fresh(), previous, previousUntilMs });
    return this.of(tenant);
  }
}
