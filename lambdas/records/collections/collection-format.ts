/** As an item of the table. In a file of its own, so that functions without the store are bundled without it. */
import * as z from "zod";

export const collectionFormat = z.object({
  name: z.string(),
  embeddingModel: z.string(),
  dimensions: z.int(),
  retired: z.boolean(),
});
