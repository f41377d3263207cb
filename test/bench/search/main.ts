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
    /** A folder: the bucket of the scaling figures is kept there, and used again. */
    data: { type: "string" },
    /** Lists each request of a warm hybrid search. */
    trace: { type: "boolean", default: false },
    documents: { type: "string", default: "200" },
  },
});

const { only, data, trace } = values;
if (only === undefined || only === "quality") await measureQuality(Number(values.documents));
if (only !== "quality") {
  const [chunks, dimensions] = [Number(values.chunks), Number(values.dimensions)];
  await measureScale({ chunks, dimensions, data, trace, fillOnly: only === "fill" });
}
