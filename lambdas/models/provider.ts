/** What a model provider says of itself. Its adapters stand beside it, and are named in `registry.ts`. */
import { jsonObject } from "../platform/json-setting.ts";
import type { Settings } from "../platform/settings.ts";
import { sha256 } from "../platform/sha256.ts";
import type { ModelIdentity } from "../records/answers/answer-key.ts";

export type ModelRole = "llm" | "embeddings";

export interface Provider {
  /** A recipe is raised whenever the same model would answer the same text otherwise. */
  readonly identity: Readonly<Record<ModelRole, (settings: Settings) => ModelIdentity>>;
  /** @default none: it is reached over HTTP, or in the process */
  readonly rights?: (role: ModelRole, settings: Settings) => readonly ModelRight[];
}

/** A right in AWS. `{partition}`, `{region}` and `{account}` in ARNs are the deployment's. */
export interface ModelRight {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Values of a condition key that the call must have. @default none */
  readonly onlyWith?: Readonly<Record<string, string>>;
}

/** The name that vectors of this model are kept under: those of another cannot be compared with them. */
export function vectorSpace({ model, variant }: ModelIdentity): string {
  return variant === undefined ? model : `${model} (${variant})`;
}

/** What of the settings decides the answers of a language model, besides its name. */
export function llmVariant({ LLM_EXTRA_BODY }: Settings): Pick<ModelIdentity, "variant"> {
  return variant([bodyPart(LLM_EXTRA_BODY)]);
}

/** What of the settings decides the vectors of a model, besides its name. */
export function embeddingsVariant(s: Settings): Pick<ModelIdentity, "variant"> {
  const types = [s.EMBEDDINGS_PASSAGE_INPUT_TYPE, s.EMBEDDINGS_QUERY_INPUT_TYPE];
  const prefixes = [s.EMBEDDINGS_PASSAGE_PREFIX, s.EMBEDDINGS_QUERY_PREFIX];
  return variant([
    s.EMBEDDINGS_DIMENSIONS === undefined ? undefined : `dimensions ${s.EMBEDDINGS_DIMENSIONS}`,
    pairPart(s.EMBEDDINGS_INPUT_TYPE_FIELD, types),
    pairPart("prefix", prefixes),
    bodyPart(s.EMBEDDINGS_EXTRA_BODY),
  ]);
}

function variant(parts: readonly (string | undefined)[]): Pick<ModelIdentity, "variant"> {
  const set = parts.filter((part) => part !== undefined);
  return set.length === 0 ? {} : { variant: set.join(", ") };
}

function pairPart(name: string, [passage, query]: readonly (string | undefined)[]) {
  if (passage === undefined && query === undefined) return undefined;
  return `${name} ${JSON.stringify(passage ?? "")}/${JSON.stringify(query ?? "")}`;
}

/** By its hash: it may be long. The order of its fields does not count. */
function bodyPart(setting: string | undefined): string | undefined {
  if (setting === undefined) return undefined;
  const fields = Object.entries(jsonObject(setting)).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `body ${sha256(JSON.stringify(fields)).slice(0, 8)}`;
}
