/**
 * `npm run sluice -- …`: loads the command line from Node's compile cache, which halves the time to
 * the first output.
 */
import { enableCompileCache } from "node:module";
import { compileCache } from "../ops/paths.ts";

enableCompileCache(compileCache);
// A dynamic import, because a static import would load before the cache is on.
await import("./run.ts");
