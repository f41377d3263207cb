/** The native libraries of the capabilities, by name. */
import { onnx } from "../../lambdas/models/local/native-files.ts";
import { liteparse } from "../../lambdas/pipeline/extract/native-files.ts";
import type { NativeLibrary } from "../../lambdas/platform/deploy/native-library.ts";
import { lancedb } from "../../lambdas/vectors/lancedb/native-files.ts";

export const natives = { lancedb, liteparse, onnx } as const satisfies Record<
  string,
  NativeLibrary
>;

export type NativeName = keyof typeof natives;

export const externals = Object.values(natives).flatMap((library) => library.externals);

export function nativesOf(externalImports: readonly string[]): NativeName[] {
  return (Object.keys(natives) as NativeName[]).filter((name) =>
    externalImports.some((path) => natives[name].asksFor.test(path)),
  );
}
