import { all, children, find, textOf } from "../../archive/walk.ts";
import { type Element, parseXml } from "../../archive/xml.ts";
import { Archive } from "../../archive/zip.ts";
import type { Bounds } from "../../bounds.ts";
import { EncryptedDocumentError } from "../../errors.ts";
import { OdfStyles } from "./styles.ts";

export interface OpenDocument {
  /** The element of the kind of document: `text`, `spreadsheet`, `presentation`. */
  readonly body: Element | undefined;
  readonly styles: OdfStyles;
  readonly title: string | undefined;
}

/** @throws EncryptedDocumentError, DamagedDocumentError */
export async function openDocument(bytes: Uint8Array, bounds: Bounds): Promise<OpenDocument> {
  const archive = await Archive.open(bytes, bounds);
  const optional = async (part: string) =>
    archive.has(part) ? parseXml(await archive.bytes(part), bounds) : undefined;
  const manifest = await optional("META-INF/manifest.xml");
  if ([...all(manifest, "encryption-data")].length > 0) {
    throw new EncryptedDocumentError(
      "The file is an OpenDocument with a password. Remove the password and send it again.",
    );
  }
  const content = parseXml(await archive.bytes("content.xml"), bounds);
  const styles = await optional("styles.xml");
  const meta = await optional("meta.xml");
  const title = textOf(find(meta, "meta", "title")).trim();
  return {
    body: children(find(content, "body"))[0],
    styles: new OdfStyles([
      ...children(find(styles, "styles")),
      ...children(find(styles, "automatic-styles")),
      ...children(find(content, "automatic-styles")),
    ]),
    title: title === "" ? undefined : title,
  };
}
