/**
 * `expiresAt`: DynamoDB deletes expired items up to days late, and in whole seconds. The attribute
 * therefore only saves space; readers compare it with the time themselves.
 */
import type { Condition, Item } from "./table.ts";

const dayMs = 86_400_000;

/** The attribute's value for an item that expires at a time. */
export function expiryAt(atMs: number): number {
  return Math.ceil(atMs / 1_000);
}

export function expiryAfter(nowMs: number, days: number): number {
  return expiryAt(nowMs + days * dayMs);
}

export function hasExpired(item: Item, nowMs: number): boolean {
  return typeof item["expiresAt"] === "number" && item["expiresAt"] * 1_000 <= nowMs;
}

/** The item has no expiry, or a later one. */
export function unexpired(nowMs: number): Condition {
  return {
    expression: "(attribute_not_exists(#expiresAt) OR #expiresAt > :nowSeconds)",
    values: { nowSeconds: Math.floor(nowMs / 1_000) },
  };
}
