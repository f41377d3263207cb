/** Files on their way to Sluice, a few at a time; each ends as a job, or says why not. */
import { type ReadonlySignal, signal } from "@preact/signals";
import { maxInlineBytes, maxUploadBytes } from "../../lambdas/contract/limits.ts";
import { titleOf } from "../../lambdas/contract/title.ts";
import type { ContentType } from "../../lambdas/contract/vocabulary.ts";
import { explain, passes } from "../logic/advice.ts";
import { type Api, CallError, type IngestRequest } from "../logic/api.ts";
import { contentTypeOf, decodeText, documentIdOf } from "../logic/files.ts";
import { bytes } from "../logic/format.ts";

/** What the outbox needs of a `File`. */
export interface Source {
  readonly name: string;
  readonly size: number;
  readonly type: string;
  arrayBuffer(): Promise<ArrayBuffer>;
}

export type ParcelState =
  | { readonly kind: "waiting" }
  | { readonly kind: "sending" }
  | { readonly kind: "uploading"; readonly percent: number }
  | {
      readonly kind: "refused";
      readonly reason: string;
      /** Whether the same file may be taken later. */
      readonly passes: boolean;
      /** The time to wait for before trying again; nothing if nobody can tell. */
      readonly retryAtMs?: number;
      /** Room is expected by then, in a queue that was full. */
      readonly forRoom: boolean;
    };

export interface Parcel {
  readonly id: string;
  readonly source: Source;
  readonly state: ParcelState;
}

export interface OutboxOptions {
  readonly api: () => Pick<Api, "ingest" | "offerUpload">;
  readonly upload: Upload;
  readonly onAccepted: (jobId: string, source: Source) => void;
  readonly now: () => number;
  readonly newId: () => string;
}

/** Sends a file's bytes to where it was offered a place, and tells how far it is. */
export type Upload = (
  ticket: { url: string; method: string; headers: Readonly<Record<string, string>> },
  source: Source,
  onPercent: (percent: number) => void,
) => Promise<void>;

export interface Outbox {
  readonly parcels: ReadonlySignal<readonly Parcel[]>;
  add(sources: readonly Source[]): void;
  retry(id: string): void;
  discard(id: string): void;
}

const parallel = 3;
/** A body holds the text as JSON, beside a few fields. */
const bodyOverheadBytes = 4_096;

export function createOutbox(options: OutboxOptions): Outbox {
  const parcels = signal<readonly Parcel[]>([]);
  /** By parcel: a repeated submission must be the same, to the upload that it names. */
  const prepared = new Map<string, IngestRequest>();
  let sending = 0;

  const set = (id: string, state: ParcelState) => {
    parcels.value = parcels
      .peek()
      .map((parcel) => (parcel.id === id ? { ...parcel, state } : parcel));
  };
  const discard = (id: string) => {
    prepared.delete(id);
    parcels.value = parcels.peek().filter((parcel) => parcel.id !== id);
  };

  function next(): void {
    while (sending < parallel) {
      const parcel = parcels.peek().find(({ state }) => state.kind === "waiting");
      if (parcel === undefined) return;
      sending += 1;
      set(parcel.id, { kind: "sending" });
      void send(parcel).finally(() => {
        sending -= 1;
        next();
      });
    }
  }

  async function send({ id, source }: Parcel): Promise<void> {
    try {
      const request =
        prepared.get(id) ??
        (await requestFor(source, options, (percent) => set(id, { kind: "uploading", percent })));
      prepared.set(id, request);
      set(id, { kind: "sending" });
      // Under the parcel's id: sent twice, it is one submission.
      const accepted = await options.api().ingest(request, id);
      discard(id);
      options.onAccepted(accepted.job_id, source);
    } catch (error) {
      const seconds = waitOf(error);
      set(id, {
        kind: "refused",
        reason: explain(error),
        passes: passes(error),
        forRoom: error instanceof CallError && error.code === "queue_full",
        ...(seconds === undefined ? {} : { retryAtMs: options.now() + seconds * 1_000 }),
      });
    }
  }

  return {
    parcels,
    add: (sources) => {
      const added = sources.map((source) => ({
        id: options.newId(),
        source,
        state: stateOf(source),
      }));
      parcels.value = [...parcels.peek(), ...added];
      next();
    },
    retry: (id) => {
      set(id, { kind: "waiting" });
      next();
    },
    discard,
  };
}

/** A pause lasts until an operator ends it: its `Retry-After` is for programs, and promises nothing. */
function waitOf(error: unknown): number | undefined {
  if (!passes(error) || error.answer?.["paused_since"] !== undefined) return undefined;
  return error.retryAfterSeconds;
}

/** Those that still are on their way, and those that stay out unless somebody does something. */
export function sorted(parcels: readonly Parcel[]): Record<"moving" | "refused", Parcel[]> {
  const isRefused = ({ state }: Parcel) => state.kind === "refused";
  return {
    moving: parcels.filter((parcel) => !isRefused(parcel)),
    refused: parcels.filter(isRefused),
  };
}

/** What can be known of a file before it is read. */
function stateOf(source: Source): ParcelState {
  const refused = (reason: string) =>
    ({ kind: "refused", reason, passes: false, forRoom: false }) as const;
  if (contentTypeOf(source) === undefined) {
    return refused("This is neither Markdown nor plain text. Convert it first; Sluice reads text.");
  }
  if (source.size === 0) return refused("This file is empty.");
  if (source.size > maxUploadBytes) {
    return refused(
      `This file has ${bytes(source.size)}; ${bytes(maxUploadBytes)} is the most. Split it.`,
    );
  }
  return { kind: "waiting" };
}

async function requestFor(
  source: Source,
  { api, upload }: OutboxOptions,
  onPercent: (percent: number) => void,
): Promise<IngestRequest> {
  const type: ContentType = contentTypeOf(source) ?? "text/plain";
  const about = {
    document_id: documentIdOf(source.name),
    title: titleOf(source.name),
    content_type: type,
  };
  if (source.size <= maxInlineBytes) {
    const text = decodeText(await source.arrayBuffer());
    // Escapes make JSON longer than the text.
    const sizeBytes = new TextEncoder().encode(JSON.stringify(text)).length;
    if (sizeBytes + bodyOverheadBytes <= maxInlineBytes) return { ...about, text };
  }
  const ticket = await api().offerUpload({ content_type: type, size_bytes: source.size });
  onPercent(0);
  await upload(ticket, source, onPercent);
  return { ...about, upload_id: ticket.upload_id };
}
