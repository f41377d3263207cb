/** A source as it is configured, and which keys belong to it. */
import picomatch from "picomatch";
import * as z from "zod";
import { type SourceConfig, sourcesSchema, supportedFiles } from "../contract/sources.ts";
import type { Settings } from "../platform/settings.ts";
import { sha256 } from "../platform/sha256.ts";

export interface Source extends SourceConfig {
  readonly maxSizeBytes: number;
  /** Changes with the settings that say which objects belong to the source. */
  readonly scope: string;
  /** Whether the object of this key becomes a document. */
  readonly matches: (key: string) => boolean;
}

/** What stands after an object's key in the key of the file with its attributes. */
export const attributesSuffix = ".metadata.json";

/** The sources of a deployment. The setting was checked when it was deployed. */
export function sourcesOf({ SOURCES }: Pick<Settings, "SOURCES">): readonly Source[] {
  return z.parse(sourcesSchema, JSON.parse(SOURCES ?? "[]")).map(sourceOf);
}

export function sourceOf(config: SourceConfig): Source {
  const { prefix, include, exclude } = config;
  // Names of files in a bucket are often in capitals: REPORT.PDF.
  const included = picomatch([...(include ?? supportedFiles)], { dot: true, nocase: true });
  const excluded = picomatch(exclude, { dot: true, nocase: true });
  return {
    ...config,
    maxSizeBytes: Math.floor(config.maxSizeMb * 1024 * 1024),
    scope: sha256(JSON.stringify(scopeOf(config))).slice(0, 16),
    matches: (key) => {
      if (!key.startsWith(prefix) || key.endsWith("/") || describedBy(config, key) !== undefined) {
        return false;
      }
      const path = key.slice(prefix.length).replace(/^\/+/, "");
      return path !== "" && included(path) && !(exclude.length > 0 && excluded(path));
    },
  };
}

function scopeOf(config: SourceConfig) {
  const { tenant, bucket, prefix, include, exclude, maxSizeMb, attributes } = config;
  return [tenant, bucket, prefix, include, exclude, maxSizeMb, attributes];
}

/**
 * Whether the source's documents belong to another tenant than its settings name by now. Nothing is
 * done then: the documents could be neither replaced nor removed.
 * @param sync as the last comparison has left it
 */
export function isOfOtherTenant(
  { tenant }: Pick<SourceConfig, "tenant">,
  sync: { readonly tenant?: string },
): boolean {
  return sync.tenant !== undefined && sync.tenant !== tenant;
}

/** The key of the object whose attributes this key holds; nothing for any other key. */
export function describedBy(
  { attributes }: Pick<SourceConfig, "attributes">,
  key: string,
): string | undefined {
  if (attributes !== "file" || !key.endsWith(attributesSuffix)) return undefined;
  return key.slice(0, -attributesSuffix.length) || undefined;
}
