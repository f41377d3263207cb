/** What a content type says about the format of a file. */
import { type FormatName, formatNames, naming } from "../../../contract/file-formats.ts";

export {
  type FormatName,
  formatNames,
  formatOfFilename,
  naming,
} from "../../../contract/file-formats.ts";

/** Types that say nothing about the content: what `curl` and browsers send when they do not know. */
const silent = new Set([
  "application/octet-stream",
  "binary/octet-stream",
  "application/x-www-form-urlencoded",
  "application/zip",
  "application/x-zip-compressed",
]);

/** The format that a content type names; `"silent"` when it says nothing; nothing when it is not known. */
export function formatOfContentType(contentType: string): FormatName | "silent" | undefined {
  const bare = contentType.split(";")[0]?.trim().toLowerCase() ?? "";
  if (bare === "" || silent.has(bare)) return "silent";
  return formatNames.find((name) => naming[name].contentTypes.includes(bare));
}

/** The value of `charset` in a content type. */
export function charsetOf(contentType: string | undefined): string | undefined {
  return /;\s*charset\s*=\s*"?([^\s";]+)/iu.exec(contentType ?? "")?.[1];
}
