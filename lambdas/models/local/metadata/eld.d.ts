/** The package types its main entry only; this one holds the smallest database, in one file that bundles. */
declare module "eld/extrasmall" {
  import type { eld as main } from "eld";
  export const eld: Pick<typeof main, "detect">;
}
