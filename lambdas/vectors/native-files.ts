/** Environment variables that the libraries of the vector stores read by themselves. */
import type { Settings } from "../platform/settings.ts";
import { lancedbEnvironment } from "./lancedb/native-files.ts";

export const vectorStoreEnvironment: Record<
  Settings["VECTOR_STORE"],
  Readonly<Record<string, string>>
> = { lancedb: lancedbEnvironment };
