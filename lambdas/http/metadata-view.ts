/** A chunk's metadata in responses. */
import type * as z from "zod";
import type { ChunkMetadata, metadataShape } from "../contract/metadata.ts";

export function viewMetadata(metadata: ChunkMetadata): z.infer<typeof metadataShape> {
  const { keywords, entities, custom, ...rest } = metadata;
  return {
    ...rest,
    keywords: [...keywords],
    entities: [...entities],
    ...(custom === undefined ? {} : { custom: { ...custom } }),
  };
}
