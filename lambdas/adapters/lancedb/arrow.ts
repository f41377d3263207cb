/**
 * Apache Arrow, in the very copy that LanceDB requires. A package with an ES
 * and a CommonJS build is loaded twice when both are asked for, and LanceDB
 * takes tables of the other copy for empty ones.
 */
import { createRequire } from "node:module";
import type * as Arrow from "apache-arrow";

/** A bundler sees the first call and takes the library in; plain Node makes the second one. */
export const arrow = (
  typeof require === "function"
    ? require("apache-arrow")
    : createRequire(import.meta.url)("apache-arrow")
) as typeof Arrow;
