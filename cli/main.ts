/** `npm run sluice -- …`: loads the command line from Node's compile cache, which halves the time to its first word. */
import { enableCompileCache } from "node:module";
import { join } from "node:path";

enableCompileCache(join(import.meta.dirname, "../node_modules/.cache/compiled"));
// Not a static import: that would be loaded before the cache is on.
await import("./program.ts");
