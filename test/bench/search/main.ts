/**
 * `npm run bench:search`: how well search finds, on manuals of Debian's packages with the questions
 * of their indexes and FAQs, and what it takes beside many chunks.
 */
import { parseArgs } from "node:util";
import { measureQuality } from "./quality.ts";
import { measureScale } from "./scale.ts";

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    chunks: { type: "string", default: "100000" },
    dimensions: { type: "string", default: "384" },
    /** A folder: what takes long to make, vectors or the bucket, is kept there and used again. */
    data: { type: "string" },
    /** Lists each request of a warm hybrid search. */
    trace: { type: "boolean", default: false },
    /** Manual pages, at most. */
    documents: { type: "string", default: "105" },
    /** Where Debian's packages were unpacked, if they are not installed. */
    root: { type: "string", default: "/" },
  },
});

const { only, data, trace, root } = values;
if (only === undefined || only === "quality") {
  await measureQuality({ documents: Number(values.documents), root, data });
}
if (only !== "quality") {
  const [chunks, dimensions] = [Number(values.chunks), Number(values.dimensions)];
  await measureScale({ chunks, dimensions, data, trace, fillOnly: only === "fill" });
}
