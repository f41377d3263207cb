/** Files being sent, a few at a time. Each becomes a job or gets a reason for its refusal. */
import { type ReadonlySignal, signal } from "@preact/signals";
import { documentIdOf } from "../../lambdas/contract/document-id.ts";
import { maxInlineBytes, maxUploadBytes } from "../../lambdas/contract/limits.ts";
import { titleOf } from "../../lambdas/contract/title.ts";
import { explain, passes } from "../logic/advice.ts";
import { type Api, CallError, type IngestRequest } from "../logic/api.ts";
import { contentTypeOf, inlineText, placeOf } from "../logic/files.ts";
import { bytes } from "../logic/format.ts";

/** The part of `File` that the outbox needs. */
export interface Source {
  readonly name: string;
  readonly size: number;
  readonly type: string;
  /** Within a folder that was chosen as a whole, its path from that folder on. */
  readonly webkitRelativePath?: string;
  arrayBuffer(): Promise<ArrayBuffer>;
}

export type ParcelState =
  | { readonly kind: "waiting" }
  | { readonly kind: "sending" }
  | { readonly kind: "uploading"; readonly percent: number }
  | {
      readonly kind: "refused";
      readonly reason: string;
      /** Whether the same file may be accepted later. */
      readonly passes: boolean;
      /** How long to wait before trying again; undefined if unknown. */
      readonly retryAtMs?: number;
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
  /** Calls back after so many milliseconds. */
  readonly after: (ms: number, call: () => void) => void;
}

/** Uploads a file's bytes to the presigned URL and reports its progress. */
export type Upload = (
  ticket: { url: string; method: string; headers: Readonly<Record<string, string>> },
  source: Source,
  onPercent: (percent: number) => void,
) => Promise<void>;

export interface Outbox {
  readonly parcels: ReadonlySignal<readonly Parcel[]>;
  /** Files that became jobs since the outbox was last empty. */
  readonly sent: ReadonlySignal<number>;
  /** While the queue is full: when sending goes on by itself. */
  readonly heldUntilMs: ReadonlySignal<number | undefined>;
  /** Goes on at once. */
  resume(): void;
  add(sources: readonly Source[]): void;
  retry(id: string): void;
  discard(id: string): void;
  /** Removes every refused file. */
  discardRefused(): void;
  /** Removes every file that is not being sent yet. */
  discardWaiting(): void;
}

const parallel = 3;
/** If a full queue does not say when there may be room. */
const usualWaitSeconds = 10;
/** The request's body holds the text as JSON, besides a few fields. */
const bodyOverheadBytes = 4_096;

export function createOutbox(options: OutboxOptions): Outbox {
  const parcels = signal<readonly Parcel[]>([]);
  const sent = signal(0);
  const heldUntilMs = signal<number | undefined>(undefined);
  /** By parcel: a repeated submission must be identical, including its upload id. */
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

  const discardAll = (kind: ParcelState["kind"]) => {
    for (const { id, state } of parcels.peek()) if (state.kind === kind) discard(id);
  };
  const resume = () => {
    heldUntilMs.value = undefined;
    next();
  };

  /** A full queue would refuse the other files as well. */
  function hold(seconds: number): void {
    const untilMs = options.now() + seconds * 1_000;
    heldUntilMs.value = untilMs;
    options.after(seconds * 1_000, () => {
      // A later refusal, or a person, may have decided otherwise.
      if (heldUntilMs.peek() === untilMs) resume();
    });
  }

  function next(): void {
    while (sending < parallel && heldUntilMs.peek() === undefined) {
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
      // The parcel's id is the idempotency key: sending twice is one submission.
      const accepted = await options.api().ingest(request, id);
      sent.value += 1;
      discard(id);
      options.onAccepted(accepted.job_id, source);
    } catch (error) {
      const seconds = waitOf(error);
      if (error instanceof CallError && error.code === "queue_full") {
        set(id, { kind: "waiting" });
        return hold(seconds ?? usualWaitSeconds);
      }
      set(id, {
        kind: "refused",
        reason: explain(error),
        passes: passes(error),
        ...(seconds === undefined ? {} : { retryAtMs: options.now() + seconds * 1_000 }),
      });
    }
  }

  return {
    parcels,
    sent,
    heldUntilMs,
    resume,
    add: (sources) => {
      if (parcels.peek().length === 0) sent.value = 0;
      const ids = new Set(
        parcels
          .peek()
          .filter(isMoving)
          .map(({ source }) => idOf(source)),
      );
      const added = sources.map((source) => {
        const isTaken = ids.has(idOf(source));
        ids.add(idOf(source));
        return { id: options.newId(), source, state: isTaken ? sameName : stateOf(source) };
      });
      parcels.value = [...parcels.peek(), ...added];
      next();
    },
    retry: (id) => {
      set(id, { kind: "waiting" });
      next();
    },
    discard,
    discardRefused: () => discardAll("refused"),
    discardWaiting: () => discardAll("waiting"),
  };
}

/** An operator ends a pause; its `Retry-After` is meant for programs and promises nothing. */
function waitOf(error: unknown): number | undefined {
  if (!passes(error) || error.answer?.["paused_since"] !== undefined) return undefined;
  return error.retryAfterSeconds;
}

/** Parcels in progress, and refused parcels that need a user's action. */
export function sorted(parcels: readonly Parcel[]): Record<"moving" | "refused", Parcel[]> {
  return {
    moving: parcels.filter(isMoving),
    refused: parcels.filter((parcel) => !isMoving(parcel)),
  };
}

function isMoving({ state }: Parcel): boolean {
  return state.kind !== "refused";
}

function idOf(source: Source): string {
  return documentIdOf(placeOf(source));
}

/** Both files would be one document, and the second would replace the first. */
const sameName: ParcelState = {
  kind: "refused",
  reason:
    "Another file of the same name is being sent. To keep both, drop the folder that holds them.",
  passes: false,
};

/** Checks that need only the file's name and size. */
function stateOf(source: Source): ParcelState {
  const refused = (reason: string) => ({ kind: "refused", reason, passes: false }) as const;
  if (contentTypeOf(source) === undefined) {
    return refused(
      "Files of this type cannot be read. Save it as PDF, Office, HTML or text and send it again.",
    );
  }
  if (source.size === 0) return refused("This file is empty. Choose a file with text.");
  if (source.size > maxUploadBytes) {
    return refused(
      `This file has ${bytes(source.size)}; the limit is ${bytes(maxUploadBytes)}. Split it.`,
    );
  }
  return { kind: "waiting" };
}

async function requestFor(
  source: Source,
  { api, upload }: OutboxOptions,
  onPercent: (percent: number) => void,
): Promise<IngestRequest> {
  const type = contentTypeOf(source) ?? "text/plain";
  const about = {
    document_id: idOf(source),
    title: titleOf(source.name.normalize("NFC")),
    content_type: type,
    ...(source.name.length > 255 ? {} : { filename: source.name }),
  };
  if (source.size <= maxInlineBytes) {
    const text = inlineText(type, await source.arrayBuffer());
    // Escapes make JSON longer than the text.
    const sizeBytes = new TextEncoder().encode(JSON.stringify(text ?? "")).length;
    if (text !== undefined && sizeBytes + bodyOverheadBytes <= maxInlineBytes)
      return { ...about, text };
  }
  const ticket = await api().offerUpload({ content_type: type, size_bytes: source.size });
  onPercent(0);
  await upload(ticket, source, onPercent);
  return { ...about, upload_id: ticket.upload_id };
}
