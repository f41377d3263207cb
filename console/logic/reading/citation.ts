/** Where a passage stands in its file, in words. */
export { citationOf } from "../../../lambdas/contract/citation.ts";
