import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { freshSecret, signedHeaders } from "../../../lambdas/webhooks/signature.ts";

test("a message is signed as the specification's example is", () => {
  const headers = signedHeaders(
    {
      id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
      nowMs: 1_614_265_330_000,
      body: '{"test": 2432232314}',
    },
    { secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" },
  );
  expect(headers).toEqual({
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  });
});

test("after a rotation it has a signature with each secret, until the old one ends", () => {
  const [secret, previous] = [freshSecret(), freshSecret()];
  expect(secret).not.toBe(previous);
  const message = { id: "a", nowMs: 999, body: "{}" };
  const rotated = { secret, previous, previousUntilMs: 1_000 };
  const by = (key: string) =>
    `v1,${createHmac("sha256", Buffer.from(key.slice(6), "base64"))
      .update("a.0.{}")
      .digest("base64")}`;
  expect(signedHeaders(message, rotated)["webhook-signature"]).toBe(
    `${by(secret)} ${by(previous)}`,
  );
  const later = { ...message, nowMs: 1_000 };
  expect(signedHeaders(later, rotated)["webhook-signature"]).not.toContain(" ");
});
