import type {
  SourceAnswer,
  SourceListAnswer,
  SourceObjectsAnswer,
  SourceObjectsParameters,
} from "../../contract/calls/sources.ts";
import { notFound } from "../../contract/refusals.ts";
import { type Clock, isoTime } from "../../platform/clock.ts";
import { stateOf } from "../../sources/record.ts";
import type { RecordStore } from "../../sources/record-store.ts";
import type { Source } from "../../sources/source.ts";
import type { SourceStore } from "../../sources/source-store.ts";
import { refuseInvalidCursor } from "../cursor.ts";
import { viewObject, viewSource } from "./view.ts";

export interface SourcePorts {
  readonly configured: readonly Source[];
  readonly sources: SourceStore;
  readonly records: RecordStore;
  readonly clock: Clock;
}

export async function listSources(tenant: string, ports: SourcePorts): Promise<SourceListAnswer> {
  const own = ports.configured.filter((source) => source.tenant === tenant);
  return { sources: await Promise.all(own.map((source) => view(source, ports))) };
}

/** @throws RequestRefusedError `not_found` */
export function showSource(tenant: string, id: string, ports: SourcePorts): Promise<SourceAnswer> {
  return view(ownSource(tenant, id, ports), ports);
}

export type SourceAction = "pause" | "resume" | "sync";

/** @throws RequestRefusedError `not_found` */
export async function actOnSource(
  tenant: string,
  id: string,
  action: SourceAction,
  ports: SourcePorts,
): Promise<SourceAnswer> {
  const source = ownSource(tenant, id, ports);
  const now = isoTime(ports.clock);
  switch (action) {
    case "pause":
      await ports.sources.pause(source.name, now);
      break;
    case "resume":
      await ports.sources.resume(source.name);
      break;
    case "sync":
      await ports.sources.askForSync(source.name, now);
  }
  return view(source, ports);
}

/** @throws RequestRefusedError `not_found`; `invalid_request` if the cursor is not from this listing */
export async function listObjects(
  tenant: string,
  id: string,
  { status, limit, cursor }: SourceObjectsParameters,
  ports: SourcePorts,
): Promise<SourceObjectsAnswer> {
  const source = ownSource(tenant, id, ports);
  const found = await ports.records
    .inState(source.name, status, { limit, ...(cursor === undefined ? {} : { cursor }) })
    .catch(refuseInvalidCursor);
  const read = await Promise.all(found.keys.map((key) => ports.records.read(source.name, key)));
  const objects = read.flatMap((one) =>
    // The index may still name an object that has left the state.
    one?.record.kind === "document" && stateOf(one.record) === status
      ? [viewObject(source, one.record, status)]
      : [],
  );
  return {
    objects,
    ...(found.nextCursor === undefined ? {} : { next_cursor: found.nextCursor }),
  };
}

async function view(source: Source, { sources }: SourcePorts): Promise<SourceAnswer> {
  return viewSource(source, await sources.read(source.name));
}

function ownSource(tenant: string, id: string, { configured }: SourcePorts): Source {
  const source = configured.find((one) => one.name === id && one.tenant === tenant);
  if (source === undefined) throw notFound(`Source ${id}`);
  return source;
}
