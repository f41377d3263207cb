import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository. */
export const root = fileURLToPath(new URL("../..", import.meta.url));
export const cacheFolder = join(root, "node_modules/.cache/sluice-bundles");
