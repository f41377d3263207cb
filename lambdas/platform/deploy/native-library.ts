/**
 * A native library that esbuild cannot bundle, and the few of its files that Linux on x86_64 needs.
 * Lambda refuses functions over 250 MB unzipped, so nothing else of its packages is shipped.
 */
export interface NativeLibrary {
  /** Matches the import that is left out of a bundle and needs this library. */
  readonly asksFor: RegExp;
  /** Modules that esbuild leaves out of bundles. */
  readonly externals: readonly string[];
  /** Files to copy, relative to the repository. */
  files(root: string): string[];
}
