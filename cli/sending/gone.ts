/** Documents of a folder whose files are gone. */
import type { DocumentAnswer } from "../../lambdas/contract/calls/documents.ts";
import { documentIdOf, folderPrefix } from "../../lambdas/contract/document-id.ts";
import { originAttributes } from "../../lambdas/contract/sources.ts";
import type { Client } from "../client.ts";
import { ApiError } from "../errors.ts";
import { chunks, type Output } from "../output.ts";
import type { Source } from "../sources/sources.ts";

/**
 * @param name the folder's name in ids
 * @param files all files of the folder, also hidden ones and those that are not sent
 * @returns the ids of stored documents of the folder that have no file any more
 */
export async function goneFrom(
  client: Pick<Client, "documents">,
  name: string,
  files: readonly Source[],
): Promise<string[]> {
  const kept = new Set(files.map(({ place }) => documentIdOf(place)));
  const prefix = folderPrefix(name);
  const gone: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.documents({
      limit: 100,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const { document_id, attributes } of page.documents) {
      const isOfFolder = document_id.startsWith(prefix) && !isOfBucket(attributes);
      if (isOfFolder && !kept.has(document_id)) gone.push(document_id);
    }
    cursor = page.next_cursor;
  } while (cursor !== undefined);
  return gone;
}

/**
 * Whether a followed bucket sent a document. Its ids begin with the source's name, which may be that
 * of a folder, and a removed one would come back only when its object changes.
 */
function isOfBucket(attributes: DocumentAnswer["attributes"] = {}): boolean {
  return Object.values(originAttributes).every((name) => attributes[name] !== undefined);
}

/** Removes one after the other; a refused removal does not stop the others. @returns how many */
export async function removeAll(
  client: Pick<Client, "removeDocument">,
  ids: readonly string[],
  out: Output,
): Promise<number> {
  let removed = 0;
  for (const id of ids) {
    try {
      const document = await client.removeDocument(id);
      const text = `Removed ${id}: version ${document.document_version}, ${chunks(document.chunk_count)}.`;
      out.result(text, { type: "removed", ...document });
      removed += 1;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // Someone else has removed it.
      if (error.code === "not_found") removed += 1;
      else {
        if (out.json) out.result("", { type: "error", document_id: id, ...error.answer });
        out.note(`${id}: ${error.message}`);
      }
    }
  }
  return removed;
}
