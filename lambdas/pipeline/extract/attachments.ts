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
  // The mail's own id is taken, too: an attachment under it would be the mail's next version.
  const taken = new Set([documentId]);
  return attachments.map((attachment, index) => {
    const whole = isNameless(attachment.filename) ? `attachment-${index + 1}` : attachment.filename;
    const skipped = skipReason(attachment) ?? (left <= 0 ? ("over_bounds" as const) : undefined);
    const most = skipped === undefined ? maxNameBytes : maxSkippedNameBytes;
    const filename = endOf(whole, most);
    const note = {
      filename,
      contentType: attachment.contentType.slice(0, most),
      sizeBytes: attachment.bytes.length,
    };
    if (skipped !== undefined) return { ...note, skipped };
    left -= 1;
    const id = freeId(documentId, filename, taken);
    taken.add(id);
    return { ...note, documentId: id, jobId: chance.jobId(), index };
  });
}

/** All names are a part of the job's item, thrice, and it has 400 KB. */
const maxNameBytes = 255;
const maxSkippedNameBytes = 100;

/** With the ending, which says what it is. */
function endOf(filename: string, most: number): string {
  const bytes = Buffer.from(filename);
  if (bytes.length <= most) return filename;
  // A character that is cut through becomes this one.
  return bytes
    .subarray(-most)
    .toString("utf8")
    .replace(/^\ufffd+/u, "");
}

/** Different names can give one id: `a.txt` and `./a.txt`, or one name in two forms of Unicode. */
function freeId(mail: string, filename: string, taken: ReadonlySet<string>): string {
  for (let copy = 1; ; copy += 1) {
    const id = documentIdOf(`${mail}/${copy === 1 ? filename : `${copy}/${filename}`}`);
    if (!taken.has(id)) return id;
  }
}

/** Whether nothing is left of a name as the place of a file, as of `..` or `/`. */
function isNameless(filename: string): boolean {
  return filename.split("/").every((part) => part === "" || part === "." || part === "..");
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
