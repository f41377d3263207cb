/** Holds the bundles against what Lambda accepts and what its operating system has. */
import { buffer } from "node:stream/consumers";
import yauzl from "yauzl";
import type { StepBundles } from "../../infra/bundling/bundle.ts";

/** Unzipped, with layers (Lambda quotas). */
const maxUnzippedBytes = 250 * 1_024 * 1_024;
/** Amazon Linux 2023, on which `nodejs24.x` runs, has glibc 2.34. */
const glibc = [2, 34] as const;
/** The machine of an ELF file: 0x3e is x86-64. */
const x86_64 = 0x3e;

export interface BundleReport {
  readonly steps: readonly string[];
  readonly unzippedBytes: number;
  /** The newest version of glibc that a library in it asks for, such as `2.28`. */
  readonly glibc: string | undefined;
  /** What Lambda would refuse, or what would fail there at the first call. */
  readonly problems: readonly string[];
}

/** One report for each archive; several steps may share one. */
export async function reportBundles(bundles: StepBundles): Promise<BundleReport[]> {
  const steps = new Map<string, string[]>();
  for (const [step, { archive }] of Object.entries(bundles)) {
    steps.set(archive, [...(steps.get(archive) ?? []), step]);
  }
  const reports: BundleReport[] = [];
  // One after the other: an archive holds up to 250 MB.
  for (const [archive, sharing] of steps) reports.push(await reportOf(archive, sharing));
  return reports;
}

async function reportOf(archive: string, steps: readonly string[]): Promise<BundleReport> {
  const zip = await yauzl.openPromise(archive, { autoClose: false });
  const problems: string[] = [];
  let unzippedBytes = 0;
  let newest: readonly [number, number] | undefined;
  try {
    for await (const entry of zip.eachEntry()) {
      unzippedBytes += entry.uncompressedSize;
      if (!/\.(node|so(\.\d+)*)$/.test(entry.fileName)) continue;
      const content = await buffer(await zip.openReadStreamPromise(entry));
      if (content.readUInt32BE(0) !== 0x7f454c46 || content.readUInt16LE(18) !== x86_64) {
        problems.push(`${entry.fileName} is no Linux library for x86-64.`);
        continue;
      }
      const needed = newestGlibc(content);
      if (needed === undefined) continue;
      if (newest === undefined || isNewer(needed, newest)) newest = needed;
      if (isNewer(needed, glibc)) {
        problems.push(
          `${entry.fileName} needs glibc ${needed.join(".")}; Lambda has ${glibc.join(".")}.`,
        );
      }
    }
  } finally {
    zip.close();
  }
  if (unzippedBytes > maxUnzippedBytes) {
    problems.push(`${unzippedBytes} bytes unzipped; Lambda accepts ${maxUnzippedBytes}.`);
  }
  return { steps, unzippedBytes, glibc: newest?.join("."), problems };
}

/** The names of symbol versions stand in the file as text. */
function newestGlibc(library: Buffer): readonly [number, number] | undefined {
  const versions = [...library.toString("latin1").matchAll(/GLIBC_(\d+)\.(\d+)/g)].map(
    ([, major, minor]) => [Number(major), Number(minor)] as const,
  );
  return versions.reduce<readonly [number, number] | undefined>(
    (newest, one) => (newest === undefined || isNewer(one, newest) ? one : newest),
    undefined,
  );
}

function isNewer(one: readonly [number, number], other: readonly [number, number]): boolean {
  return one[0] > other[0] || (one[0] === other[0] && one[1] > other[1]);
}
