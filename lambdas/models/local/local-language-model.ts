/** Chunk metadata by language tools in this process: no account, no network, no model to pay. */

import { customSchema } from "../../contract/custom-schema.ts";
import type { ChunkMetadata } from "../../contract/metadata.ts";
import type { ModelIdentity } from "../../records/answers/answer-key.ts";
import { ProviderTimeoutError } from "../errors.ts";
import type { DescribeRequest, LanguageModel } from "../models.ts";
import { clip, withinBounds } from "../within-bounds.ts";
import { withinTime } from "../within-time.ts";

/** Loaded on the first call: their dictionaries cost half a second and 150 MB. */
async function loadTools() {
  const [language, prose, salience, anyLanguage, english, custom] = await Promise.all([
    import("./metadata/language.ts"),
    import("./metadata/prose.ts"),
    import("./metadata/salience.ts"),
    import("./metadata/any-language.ts"),
    import("./metadata/english.ts"),
    import("./metadata/custom-fields.ts"),
  ]);
  return { ...language, ...prose, ...salience, anyLanguage, english, ...custom };
}
type Tools = Awaited<ReturnType<typeof loadTools>>;

const maxTitleLength = 100;

/**
 * The same text always has the same metadata. Only English has names
 * recognised; in other languages keywords and summary come from what is
 * repeated, and entities from patterns that mean the same everywhere.
 */
export function localLanguageModel({ identity }: { identity: ModelIdentity }): LanguageModel {
  let tools: Promise<Tools> | undefined;
  return {
    identity,
    async describe(request, { signal, timeoutMs }) {
      tools ??= loadTools();
      const loaded = await tools;
      // From here on it runs in one piece, for some milliseconds.
      if (signal.aborted) {
        throw new ProviderTimeoutError(
          `The local language tools were not loaded ${withinTime(timeoutMs)}. Give the metadata function more memory, and with it more CPU.`,
        );
      }
      const value = describe(request, loaded);
      return { value, usage: { promptTokens: 0, completionTokens: 0 } };
    },
  };
}

function describe({ text, headings, schema }: DescribeRequest, tools: Tools): ChunkMetadata {
  const prose = tools.proseOf(text);
  const language = tools.languageOf(prose.text);
  const analysis =
    language === "en"
      ? tools.english.analyse(prose.text)
      : {
          ...tools.anyLanguage.analyse(prose.text, language),
          entities: tools.anyLanguage.patternEntities(prose.text),
        };
  const own = schema && tools.customFields(customSchema.parse(schema), text);
  const first = analysis.sentences[0]?.text ?? clip(text, maxTitleLength);
  return withinBounds({
    title: clip(prose.heading ?? headings.at(-1) ?? first, maxTitleLength),
    summary: tools.summaryOf(analysis) || first,
    keywords: tools.keywordsOf(analysis),
    entities: analysis.entities,
    language,
    ...(own === undefined ? {} : { custom: own }),
  });
}
