import pMap from "p-map";
import { log } from "../../platform/log.ts";
import { type ChangePorts, Changes } from "../changes.ts";
import { distinct, type Hint, hintsOf } from "../events.ts";
import { type NoticePorts, notice, noticeTags } from "../notice.ts";
import type { Source } from "../source.ts";
import type { RemovePorts } from "./remove-gone.ts";

export interface Message {
  readonly id: string;
  readonly body: string;
}

type HintPorts = ChangePorts & Pick<RemovePorts, "bucketOf"> & Pick<NoticePorts, "clock">;

/** Each hint is a look at the bucket and a read and a write of a record. */
const hintsAtOnce = 10;

/**
 * Notices what the messages say.
 * @returns the ids of those that could not be dealt with, so that they come again
 */
export async function takeHints(
  messages: readonly Message[],
  sources: readonly Source[],
  ports: HintPorts,
): Promise<readonly string[]> {
  const ofMessages = messages.map(({ id, body }) => ({ id, hints: hintsOf(body) }));
  const changes = new Map(sources.map((source) => [source.name, new Changes(source, ports)]));
  const refused = new Set<string>();
  const take = async (hint: Exclude<Hint, { kind: "look" }>) => {
    for (const source of sources.filter((one) => isOf(hint, one))) {
      const own = changes.get(source.name) ?? new Changes(source, ports);
      const at = { bucket: ports.bucketOf(source), clock: ports.clock };
      if (hint.kind === "tags") await noticeTags(source, hint, at, own);
      else await notice(source, hint.key, at, own);
    }
  };
  await pMap(
    distinct(ofMessages.flatMap(({ hints }) => hints)),
    (hint) =>
      take(hint).catch((error: unknown) => {
        // Many in a batch fail for one reason.
        if (refused.size === 0) log.warn("an object could not be looked at", { ...hint, error });
        refused.add(JSON.stringify(hint));
      }),
    { concurrency: hintsAtOnce },
  );
  for (const one of changes.values()) await one.flush();
  return ofMessages
    .filter(({ hints }) => hints.some((hint) => refused.has(JSON.stringify(hint))))
    .map(({ id }) => id);
}

function isOf(hint: { readonly bucket: string; readonly key: string }, source: Source): boolean {
  return hint.bucket === source.bucket && hint.key.startsWith(source.prefix);
}
