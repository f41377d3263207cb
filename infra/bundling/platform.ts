/** The functions run on Linux x86-64 with glibc, and their native libraries come from node_modules. */

/** Says why this machine cannot bundle the functions, or undefined. */
export function unsupportedPlatform(
  { platform, arch, glibc } = {
    platform: process.platform as string,
    arch: process.arch as string,
    glibc: hasGlibc(),
  },
): string | undefined {
  if (platform === "linux" && arch === "x64" && glibc) return undefined;
  const here =
    platform === "linux" && arch === "x64" ? "Linux without glibc" : `${platform} ${arch}`;
  return `Sluice can be built on Linux x86-64 with glibc only, because npm has installed the native libraries of this machine (${here}) and the functions need those of Lambda. Build in a container (docker run --platform linux/amd64 node:24) or in a pipeline.`;
}

function hasGlibc(): boolean {
  const { header } = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return header?.glibcVersionRuntime !== undefined;
}
