import type { FormatName } from "../../../contract/file-formats.ts";
import type { Bounds } from "../bounds.ts";
import type { Declared, Mark } from "../extraction.ts";

/** What the parser's process is asked to do, once. */
export interface Task {
  /** File with the document's bytes. */
  readonly path: string;
  /** The only folder that the process may write to. */
  readonly folder: string;
  readonly declared: Declared;
  readonly bounds: Bounds;
}

/** What it reports. */
export type Report =
  | { readonly kind: "progress"; readonly done: number; readonly total?: number | undefined }
  /** The files of {@link files} are written. */
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly name: string; readonly message: string };

/** Names of files in the task's folder. */
export const files = {
  markdown: "document.md",
  result: "result.json",
  attachment: (index: number) => `attachment-${index}`,
} as const;

/** All of a reading but its long parts, which are files of their own. */
export interface Result {
  readonly format: FormatName;
  readonly title?: string | undefined;
  readonly marks: readonly Mark[];
  readonly pageCount?: number | undefined;
  readonly unreadablePages: readonly number[];
  readonly attachments: readonly { readonly filename: string; readonly contentType: string }[];
}
