/** `npm run sluice -- …`: loads the command line from Node's compile cache, which halves the time to its first word. */
import { enableCompileCache } from "node:module";
import { compileCache } from "../ops/paths.ts";

enableCompileCache(compileCache);
// Not a static import: that would be loaded before the cache is on.
await import("./run.ts");
