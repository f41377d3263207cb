/** Cursors of listings: opaque to clients, and valid for the listing of one tenant only. */
import { sha256 } from "../sha256.ts";

/** The cursor of a listing is unreadable or belongs to another tenant. */
export class InvalidCursorError extends Error {
  override readonly name = "InvalidCursorError";
  constructor() {
    super("The cursor is not from this listing. Start again without a cursor.");
  }
}

/** A checksum, not a secret: every listing queries only its own tenant's items, whatever the cursor says. */
function mark(tenant: string, listing: string, last: string): string {
  return sha256(JSON.stringify([tenant, listing, last])).slice(0, 16);
}

/** The cursor of the page after the item `last`. */
export function cursorAfter(tenant: string, listing: string, last: string): string {
  return Buffer.from(`${mark(tenant, listing, last)}${last}`, "utf8").toString("base64url");
}

/**
 * The item after which a page begins.
 * @throws InvalidCursorError
 */
export function readCursor(tenant: string, listing: string, cursor: string): string {
  const plain = Buffer.from(cursor, "base64url").toString("utf8");
  const last = plain.slice(16);
  if (plain.slice(0, 16) !== mark(tenant, listing, last)) throw new InvalidCursorError();
  return last;
}
