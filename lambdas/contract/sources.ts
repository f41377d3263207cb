/**
 * The setting `SOURCES`: S3 buckets, or prefixes of them, whose objects are ingested as they are
 * put, changed and deleted. The environment variable and the configuration file share this schema.
 */
import * as z from "zod";
import { tenantNamePattern } from "./callers.ts";
import { formatNames, naming } from "./file-formats.ts";
import { maxUploadBytes } from "./limits.ts";

const megabyte = 1024 * 1024;
/** It begins the ids of a source's documents, and the rest of an id needs room. */
export const sourceNamePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/;
/** The attributes of its documents that say which source and object they are of. */
export const originAttributes = { source: "source", key: "source_key" } as const;
/** A rule and a grant in the template for each. */
const maxSources = 20;

const globs = z.array(z.string().trim().min(1).max(200)).max(50);

/** Files whose endings belong to a supported format. */
export const supportedFiles: readonly string[] = formatNames.flatMap((name) =>
  naming[name].extensions.map((extension) => `**/*.${extension}`),
);

/** The kinds of S3's events that say that an object, or its tags, may have changed. */
export const objectChanges = [
  "Object Created",
  "Object Deleted",
  "Object Restore Completed",
] as const;
export const tagChanges = ["Object Tags Added", "Object Tags Deleted"] as const;
export const objectEventTypes: readonly string[] = [...objectChanges, ...tagChanges];

export const sourceConfigSchema = z.strictObject({
  /** Begins the ids of the source's documents; names it in the API. */
  name: z
    .string()
    .regex(
      sourceNamePattern,
      "must start with a letter or digit and have at most 40 letters, digits and . _ -",
    ),
  /** Owns the documents. */
  tenant: z
    .string()
    .trim()
    .regex(
      tenantNamePattern,
      "must be 1 to 64 letters, digits, dots, dashes or underscores, and begin with a letter or digit",
    ),
  /** In the deployment's region. */
  bucket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "must be the name of an S3 bucket"),
  /** Only keys that begin with it. @default every key */
  prefix: z.string().max(500).default(""),
  /** Patterns for the path below the prefix. @default files with the ending of a supported format */
  include: globs.optional(),
  /** Patterns of objects to leave out. @default none */
  exclude: globs.default([]),
  /** Larger objects are listed as failed. @default 50, which is also the maximum */
  maxSizeMb: z
    .number()
    .positive()
    .max(maxUploadBytes / megabyte)
    .default(maxUploadBytes / megabyte),
  /**
   * Where a document's attributes come from: the JSON file `KEY.metadata.json` beside the object,
   * the object's tags, or neither. @default "file"
   */
  attributes: z.enum(["file", "tags", "none"]).default("file"),
});

export const sourcesSchema = z
  .array(sourceConfigSchema)
  .max(maxSources)
  .superRefine((sources, context) => {
    for (const [i, source] of sources.entries()) {
      const before = sources.slice(0, i);
      if (before.some(({ name }) => name.toLowerCase() === source.name.toLowerCase())) {
        const message = `is used twice: ${source.name}. Give each source a name of its own`;
        context.addIssue({ code: "custom", path: [i, "name"], message });
      }
    }
  });

export type SourceConfig = z.infer<typeof sourceConfigSchema>;
