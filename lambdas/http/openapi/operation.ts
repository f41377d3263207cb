/** What OpenAPI says of a call. */
import type * as z from "zod";
import type { RefusalCode } from "../../contract/refusals.ts";

/** A text by its media type. */
export type TextAnswer = "text/plain" | "text/markdown" | "text/html" | "text/*";

export type Tag =
  | "Documents"
  | "Jobs"
  | "Search"
  | "Sources"
  | "Webhooks"
  | "Operations"
  | "Reference";

export interface Operation {
  readonly method: "get" | "post" | "delete";
  /** The path below the stage `v1`. */
  readonly path: `/${string}`;
  readonly id: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly description?: string;
  /** Needs no key. @default false */
  readonly keyless?: true;
  /** @default none; an unknown parameter is refused, except by the page */
  readonly query?: z.ZodObject;
  /** What the `{id}` of the path names. */
  readonly pathId?: "job" | "document" | "source";
  readonly headers?: z.ZodObject;
  readonly body?: z.ZodType;
  /** The body may also be a file, which the query describes. @default false */
  readonly file?: true;
  /** Responses by status; `any` is an object without further description. */
  readonly answers: Readonly<Record<number, z.ZodType | "any" | TextAnswer>>;
  /** What the header `Location` of a 202 or 303 response names. @default they have none */
  readonly location?: string;
  /** Refusals beside those that every call with a key can get. */
  readonly refusals?: readonly RefusalCode[];
}
