/** What a message in the queue of sources says: which key may have changed, or only "look again". */
import * as z from "zod";
import { objectChanges, tagChanges } from "../contract/sources.ts";

export type Hint =
  | { readonly kind: "object"; readonly bucket: string; readonly key: string }
  | {
      readonly kind: "tags";
      readonly bucket: string;
      readonly key: string;
      /** Names the event: the same event twice is one change. */
      readonly event: string;
    }
  /** A job has ended, or a minute has passed: there may be a free slot. */
  | { readonly kind: "look" };

/** By EventBridge: the key is as it is in the bucket. */
const eventSchema = z.object({
  id: z.string(),
  source: z.literal("aws.s3"),
  "detail-type": z.enum([...objectChanges, ...tagChanges]),
  detail: z.object({
    bucket: z.object({ name: z.string() }),
    object: z.object({ key: z.string().min(1) }),
  }),
});

/** By a notification of the bucket itself: the key is encoded like a form's field. */
const notificationSchema = z.object({
  Records: z.array(
    z.object({
      eventSource: z.literal("aws:s3"),
      eventName: z.string(),
      responseElements: z.record(z.string(), z.string()).default({}),
      s3: z.object({
        bucket: z.object({ name: z.string() }),
        object: z.object({ key: z.string().min(1) }),
      }),
    }),
  ),
});

/** @param body of a message; one that is neither form is a hint to look, which harms nothing */
export function hintsOf(body: string): readonly Hint[] {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return [{ kind: "look" }];
  }
  const event = eventSchema.safeParse(json);
  if (event.success) {
    const { id, detail, "detail-type": type } = event.data;
    const at = { bucket: detail.bucket.name, key: detail.object.key };
    return tagChanges.some((one) => one === type)
      ? [{ kind: "tags", ...at, event: id }]
      : [{ kind: "object", ...at }];
  }
  const notification = notificationSchema.safeParse(json);
  if (!notification.success) return [{ kind: "look" }];
  return notification.data.Records.map(({ eventName, responseElements, s3 }): Hint => {
    const at = { bucket: s3.bucket.name, key: decoded(s3.object.key) };
    return eventName.startsWith("ObjectTagging:")
      ? { kind: "tags", ...at, event: responseElements["x-amz-request-id"] ?? eventName }
      : { kind: "object", ...at };
  });
}

/** Each object once, however often the messages name it. */
export function distinct(hints: readonly Hint[]): readonly Exclude<Hint, { kind: "look" }>[] {
  const named = hints.filter((hint) => hint.kind !== "look");
  return [...new Map(named.map((hint) => [JSON.stringify(hint), hint])).values()];
}

function decoded(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll("+", " "));
  } catch {
    return key;
  }
}
