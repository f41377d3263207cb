import { buffer } from "node:stream/consumers";
import { ZipFile } from "yazl";

/** A zip archive of files by their names, in the order given. */
export async function zip(files: Readonly<Record<string, string | Uint8Array>>): Promise<Buffer> {
  const archive = new ZipFile();
  for (const [name, content] of Object.entries(files)) {
    archive.addBuffer(Buffer.from(content as string), name, {
      compress: name !== "mimetype" && content.length > 0,
    });
  }
  archive.end();
  return buffer(archive.outputStream);
}
