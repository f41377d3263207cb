import type {
  IdempotencyRecord,
  IdempotencyStore,
} from "../../../../lambdas/records/idempotency/idempotency.ts";

type Kept = IdempotencyRecord & { readonly expiresAtMs: number };

export class MemoryIdempotencyStore implements IdempotencyStore {
  readonly #records = new Map<string, Kept>();

  async claim(
    tenant: string,
    key: string,
    claim: Parameters<IdempotencyStore["claim"]>[2],
  ): Promise<IdempotencyRecord> {
    const name = nameOf(tenant, key);
    const current = this.#records.get(name);
    const replaceable =
      current === undefined ||
      current.expiresAtMs <= claim.nowMs ||
      (current.response === undefined && current.jobId === claim.replaces);
    if (!replaceable) return withoutExpiry(current);
    const { jobId, bodyHash, nowMs, expiresAtMs } = claim;
    const record = { jobId, bodyHash, claimedAtMs: nowMs, expiresAtMs };
    this.#records.set(name, record);
    return withoutExpiry(record);
  }

  async complete(
    tenant: string,
    key: string,
    jobId: string,
    response: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const name = nameOf(tenant, key);
    const current = this.#records.get(name);
    if (current?.jobId !== jobId || current.response !== undefined) return;
    this.#records.set(name, { ...current, response: structuredClone(response) });
  }

  async forget(tenant: string, key: string, jobId: string): Promise<void> {
    const name = nameOf(tenant, key);
    if (this.#records.get(name)?.jobId === jobId) this.#records.delete(name);
  }
}

const nameOf = (tenant: string, key: string) => JSON.stringify([tenant, key]);

function withoutExpiry({ jobId, bodyHash, claimedAtMs, response }: Kept): IdempotencyRecord {
  const record = { jobId, bodyHash, claimedAtMs };
  return response === undefined ? record : { ...record, response: structuredClone(response) };
}
