import { documentIdOf } from "../../contract/document-id.ts";
import { formatOfContentType, formatOfFilename, isAccepted } from "../../contract/file-formats.ts";
import type { SkipReason } from "../../contract/vocabulary.ts";
import type { Chance } from "../../platform/clock.ts";
import type { AttachmentNote, Submission } from "../../records/jobs/job.ts";
import type { Attachment } from "./extraction.ts";

/**
 * How many attachments become documents: of a mail that was sent, and of a mail attached to it.
 * Mails within mails could else become any number of jobs.
 */
const mostByDepth = [100, 20] as const;

/**
 * Says of each attachment which document it becomes. A document's id follows from the mail's id and
 * the file's name, so that the same mail sent again makes the next versions of the same documents.
 */
export function attachmentNotes(
  { documentId, parent }: Pick<Submission, "documentId" | "parent">,
  attachments: readonly Attachment[],
  chance: Pick<Chance, "jobId">,
): AttachmentNote[] {
  let left: number = mostByDepth[parent?.depth ?? 0] ?? 0;
  const seen = new Map<string, number>();
  return attachments.map((attachment, index) => {
    const filename = endOf(attachment.filename);
    const note = {
      filename,
      contentType: attachment.contentType.slice(0, 255),
      sizeBytes: attachment.bytes.length,
    };
    const skipped = skipReason(attachment) ?? (left <= 0 ? ("over_bounds" as const) : undefined);
    if (skipped !== undefined) return { ...note, skipped };
    left -= 1;
    const before = seen.get(filename) ?? 0;
    seen.set(filename, before + 1);
    const place = before === 0 ? filename : `${before + 1}/${filename}`;
    return {
      ...note,
      documentId: documentIdOf(`${documentId}/${place}`),
      jobId: chance.jobId(),
      index,
    };
  });
}

/** The names of a hundred attachments are a part of the job's item, thrice, and it has 400 KB. */
const maxNameBytes = 255;

/** With the ending, which says what it is. */
function endOf(filename: string): string {
  const bytes = Buffer.from(filename);
  if (bytes.length <= maxNameBytes) return filename;
  // A character that is cut through becomes this one.
  return bytes
    .subarray(-maxNameBytes)
    .toString("utf8")
    .replace(/^\ufffd+/u, "");
}

export function becomesDocument({ jobId }: AttachmentNote): boolean {
  return jobId !== undefined;
}

function skipReason({ filename, contentType, bytes }: Attachment): SkipReason | undefined {
  if (bytes.length === 0) return "empty_document";
  if (!isAccepted(contentType)) return "unsupported_type";
  // Mail programs call pictures and archives octet streams, too: then the name says more.
  const isSilent = formatOfContentType(contentType) === "silent";
  const isNamed = /\.[^./\\]{1,8}$/u.test(filename);
  return isSilent && isNamed && formatOfFilename(filename) === undefined
    ? "unsupported_type"
    : undefined;
}
