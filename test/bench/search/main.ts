/**
 * `npm run bench:search`: how well search finds, on manual pages of this machine, and what it
 * takes beside many chunks.
 */
import { parseArgs } from "node:util";
import { measureQuality } from "./quality.ts";
import { measureScale } from "./scale.ts";

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    chunks: { type: "string", default: "100000" },
    dimensions: { type: "string", default: "384" },
    documents: { type: "string", default: "200" },
  },
});

if (values.only !== "scale") await measureQuality(Number(values.documents));
if (values.only !== "quality") {
  await measureScale(Number(values.chunks), Number(values.dimensions));
}
