import type { ChunkPageAnswer } from "../../../lambdas/contract/calls/documents.ts";
import { language } from "../../logic/format.ts";

type ChunkMetadata = NonNullable<ChunkPageAnswer["chunks"][number]["metadata"]>;

/** The metadata of a chunk. */
export function Metadata({ metadata }: { metadata: ChunkMetadata | undefined }) {
  if (metadata === undefined) {
    return (
      <p class="metadata warn-text">The provider rejected this chunk, so it has no metadata.</p>
    );
  }
  const { summary, keywords, entities, custom } = metadata;
  const fields = Object.entries(custom ?? {});
  return (
    <div class="metadata">
      {summary !== "" && <p class="summary">{summary}</p>}
      <ul class="chips" aria-label="Keywords and entities">
        <li class="chip tongue">{language(metadata.language)}</li>
        {keywords.map((word) => (
          <li key={word} class="chip">
            {word}
          </li>
        ))}
        {entities.map(({ text, type }) => (
          <li key={`${type} ${text}`} class="chip entity">
            {text} <small>{type.replaceAll("_", " ")}</small>
          </li>
        ))}
      </ul>
      {fields.length > 0 && (
        <dl class="custom">
          {fields.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{typeof value === "string" ? value : JSON.stringify(value)}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}
