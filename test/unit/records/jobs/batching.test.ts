import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  batchTimeoutSeconds,
  permitLeaseMs,
  taskTimeoutSeconds,
} from "../../../../lambdas/models/limits.ts";
import { decodeVectors, encodeVectors } from "../../../../lambdas/pipeline/batches.ts";
import { mapConcurrency } from "../../../../lambdas/platform/map-concurrency.ts";
import { answerKey } from "../../../../lambdas/records/answers/answer-key.ts";
import { documentLeaseMs } from "../../../../lambdas/records/documents/document-store.ts";
import { objectKeys } from "../../../../lambdas/records/objects/object-keys.ts";
import { storeTimeoutSeconds } from "../../../../lambdas/vectors/limits.ts";

describe("vectors", () => {
  test("come back bit by bit, also from unaligned bytes", () => {
    const some = fc
      .tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 }))
      .chain(([count, dimensions]) =>
        fc.array(fc.float32Array({ minLength: dimensions, maxLength: dimensions }), {
          minLength: count,
          maxLength: count,
        }),
      );
    fc.assert(
      fc.property(some, fc.integer({ min: 0, max: 3 }), (vectors, offset) => {
        const bytes = encodeVectors(vectors);
        const received = new Uint8Array(bytes.length + offset);
        received.set(bytes, offset);
        expect(decodeVectors(received.subarray(offset), vectors.length)).toEqual(vectors);
      }),
    );
  });

  test("that are views of others are stored as what they show", () => {
    const whole = Float32Array.of(1, 2, 3, 4);
    expect(decodeVectors(encodeVectors([whole.subarray(1, 3)]), 1)).toEqual([
      Float32Array.of(2, 3),
    ]);
  });
});

describe("the address of an answer", () => {
  const identity = { provider: "local", model: "m", recipe: "1" };
  const base = ["acme", "metadata", identity, "schema", "text"] as const;

  test("differs with everything that the answer depends on", () => {
    const addresses = [
      answerKey(...base),
      answerKey("globex", "metadata", identity, "schema", "text"),
      answerKey("acme", "embeddings", identity, "schema", "text"),
      answerKey("acme", "metadata", { ...identity, provider: "other" }, "schema", "text"),
      answerKey("acme", "metadata", { ...identity, model: "n" }, "schema", "text"),
      answerKey("acme", "metadata", { ...identity, recipe: "2" }, "schema", "text"),
      answerKey("acme", "metadata", identity, "other", "text"),
      answerKey("acme", "metadata", identity, "schema", "text "),
      answerKey(
        "acme",
        "metadata",
        { ...identity, provider: "localm", model: "" },
        "schema",
        "text",
      ),
    ];
    expect(new Set(addresses).size).toBe(addresses.length);
    expect(answerKey(...base)).toBe(addresses[0]);
  });
});

test("everything of a job lies under its prefix, and nothing of it under another's", () => {
  const { prefix, ...keys } = objectKeys("01JH");
  const all = [
    keys.text,
    keys.chunks(0),
    keys.described(0, 1),
    keys.described(0, 2),
    keys.vectors(0),
    keys.vectors(10),
  ];
  expect(all.every((key) => key.startsWith(prefix))).toBe(true);
  expect(new Set(all).size).toBe(all.length);
  expect(prefix.endsWith("/")).toBe(true);
});

test("a function ends before its task, and its leases last as long as it may run", () => {
  for (const callSeconds of [5, 15, 30, 120, 435, 600]) {
    const functionSeconds = batchTimeoutSeconds(callSeconds);
    expect(functionSeconds).toBeLessThan(taskTimeoutSeconds(callSeconds));
    // A call that takes all its time, and what is done around it.
    expect(functionSeconds).toBeGreaterThan(callSeconds + 10);
    expect(functionSeconds).toBeLessThanOrEqual(900);
    expect(permitLeaseMs(callSeconds * 1_000)).toBeGreaterThan(callSeconds * 1_000);
  }
  expect(documentLeaseMs).toBeGreaterThan(storeTimeoutSeconds * 1_000);
});

test("a job's batches at once leave each active job a permit for each of them", () => {
  expect(mapConcurrency(20, 10)).toBe(2);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 500 }),
      fc.integer({ min: 1, max: 100 }),
      (cap, maxActive) => {
        fc.pre(cap >= maxActive);
        const lanes = mapConcurrency(cap, maxActive);
        expect(lanes).toBeGreaterThanOrEqual(1);
        expect(lanes * maxActive).toBeLessThanOrEqual(cap);
      },
    ),
  );
});
