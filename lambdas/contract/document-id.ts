/**
 * The default id of a document, from the place of its file. The command line and the console use
 * this one function, so the same file or folder gives the same ids in both.
 *
 * A place is the file's name, or, in a folder that is sent as a whole, the folder's name and the
 * path inside it: `report.md`, `handbook/2026/report.md`. Parts are joined by `:` in the id.
 */

const maxLength = 128;
/** Of a folder's name in an id, so that the path inside the folder has room. */
const maxFolderLength = 60;
/** A dash and eight hexadecimal digits. */
const hashLength = 9;

/** A name without a path, as it can stand in an id unchanged. */
const plainName = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
/** The path inside a folder; here a name may begin with a dot or an underscore. */
const plainPath = /^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/;

/**
 * Names with other characters, and long ones, get a hash of the whole place, so that similar names
 * stay distinct. Unicode is normalised (NFC): macOS and Linux write the same name differently.
 * @param place separated by `/`
 */
export function documentIdOf(place: string): string {
  const whole = normalPlace(place);
  const slash = whole.indexOf("/");
  if (slash === -1) return nameId(whole, maxLength);
  const prefix = folderPrefix(whole.slice(0, slash));
  const path = whole.slice(slash + 1);
  const room = maxLength - prefix.length;
  if (plainPath.test(path) && path.length <= room) return prefix + path.replaceAll("/", ":");
  const readable = path.replace(/\/+/g, ":").replace(/[^A-Za-z0-9._:-]+/g, "-");
  // The end of a path tells files apart better than its beginning.
  return `${prefix}${readable.slice(-(room - hashLength))}-${fnv1a(whole)}`;
}

/** How the ids of all documents of a folder begin. */
export function folderPrefix(folder: string): string {
  return `${nameId(folder.normalize("NFC"), maxFolderLength)}:`;
}

/** NFC, without empty, `.` and `..` parts. */
function normalPlace(place: string): string {
  const parts = place.normalize("NFC").split("/");
  return parts.filter((part) => part !== "" && part !== "." && part !== "..").join("/");
}

function nameId(name: string, most: number): string {
  if (plainName.test(name) && name.length <= most) return name;
  const readable = name
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^[^A-Za-z0-9]+/, "")
    .slice(0, most - hashLength)
    .replace(/-+$/, "");
  return `${readable || "file"}-${fnv1a(name)}`;
}

/** FNV-1a, 32 bits: enough to distinguish names, and unlike Web Crypto it needs no secure context. */
function fnv1a(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash.toString(16).padStart(8, "0");
}
