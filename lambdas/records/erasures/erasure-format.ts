/** As an item of the table. In a file of its own, so that functions without the store are bundled without it. */
import * as z from "zod";
import type { Erasure } from "./erasures.ts";

export const erasureFormat = z.object({
  tenant: z.string(),
  documentId: z.string(),
  version: z.int(),
  askedAtMs: z.int(),
} satisfies Record<keyof Erasure, z.ZodType>);
