import { beforeEach, expect, test, vi } from "vitest";
import { CallError, type IngestRequest } from "../../../console/logic/api.ts";
import {
  createOutbox,
  type Outbox,
  type Source,
  sorted,
  type Upload,
} from "../../../console/state/outbox.ts";

interface Sent {
  readonly request: IngestRequest;
  readonly key: string;
}

let sent: Sent[];
let accepted: string[];
let answers: (() => Promise<string>)[];
let uploads: number;
let uploading: Upload;
let outbox: Outbox;
let timers: { ms: number; call: () => void }[];

beforeEach(() => {
  sent = [];
  accepted = [];
  answers = [];
  uploads = 0;
  timers = [];
  uploading = () => Promise.resolve();
  let ids = 0;
  outbox = createOutbox({
    api: () => ({
      ingest: async (request, key) => {
        sent.push({ request, key });
        const answer = answers.shift() ?? (() => Promise.resolve(`job-${sent.length}`));
        return { job_id: await answer() } as never;
      },
      offerUpload: () => {
        uploads += 1;
        return Promise.resolve({
          upload_id: `upload-${uploads}`,
          url: "https://s3.example/",
          method: "PUT",
          headers: {},
          expires_at: "",
        });
      },
    }),
    upload: (...args) => uploading(...args),
    onAccepted: (jobId) => accepted.push(jobId),
    now: () => 1_000,
    newId: () => `parcel-${++ids}`,
    after: (ms, call) => timers.push({ ms, call }),
  });
});

function file(name: string, text: string, size = text.length): Source {
  const bytes = new TextEncoder().encode(text);
  return { name, size, type: "", arrayBuffer: () => Promise.resolve(bytes.buffer) };
}

const full = () => Promise.reject(new CallError("queue_full", "Queue full", undefined, 12));
const unwell = () => Promise.reject(new CallError("unavailable", "Not now."));
const settled = () => vi.waitFor(() => expect(states()).not.toContain("sending"));
const states = () => outbox.parcels.value.map(({ state }) => state.kind);

test("a file becomes a job, and is then no longer on its way", async () => {
  outbox.add([file("notes.md", "# Notes")]);
  await vi.waitFor(() => expect(accepted).toEqual(["job-1"]));
  expect(outbox.parcels.value).toEqual([]);
  expect(sent[0]?.request).toEqual({
    document_id: "notes.md",
    title: "notes",
    content_type: "text/markdown",
    filename: "notes.md",
    text: "# Notes",
  });
});

test("the files that were sent are counted until the outbox is empty and filled again", async () => {
  outbox.add([file("a.md", "x"), file("b.md", "x"), file("c.exe", "x")]);
  await vi.waitFor(() => expect(accepted).toHaveLength(2));
  expect(outbox.sent.value).toBe(2);
  expect(outbox.parcels.value.map(({ source }) => source.name)).toEqual(["c.exe"]);
  outbox.add([file("d.md", "x")]);
  await vi.waitFor(() => expect(accepted).toHaveLength(3));
  expect(outbox.sent.value).toBe(3);
  outbox.discardRefused();
  expect(outbox.parcels.value).toEqual([]);
  outbox.add([file("e.md", "x")]);
  await vi.waitFor(() => expect(accepted).toHaveLength(4));
  expect(outbox.sent.value).toBe(1);
});

test("files are sent a few at a time, and all of them in the end", async () => {
  const release: (() => void)[] = [];
  answers = Array.from({ length: 8 }, () => () => {
    return new Promise((resolve) => release.push(() => resolve("job")));
  });
  outbox.add(Array.from({ length: 8 }, (_, n) => file(`${n}.md`, "x")));
  for (let done = 0; done < 8; done += 1) {
    await vi.waitFor(() => expect(release.length).toBeGreaterThan(0));
    expect(sent.length - accepted.length).toBeLessThanOrEqual(3);
    release.shift()?.();
    await vi.waitFor(() => expect(accepted.length).toBe(done + 1));
  }
});

test("a full queue holds all files back, and they go on as the same submission when there is room", async () => {
  answers = [full];
  outbox.add([file("notes.md", "x")]);
  await settled();
  expect(states()).toEqual(["waiting"]);
  expect(outbox.heldUntilMs.value).toBe(13_000);
  outbox.add([file("more.md", "x")]);
  expect(sent).toHaveLength(1);

  timers.shift()?.call();
  await vi.waitFor(() => expect(accepted).toHaveLength(2));
  expect(outbox.heldUntilMs.value).toBeUndefined();
  expect(sent.map(({ key }) => key)).toEqual(["parcel-1", "parcel-1", "parcel-2"]);
});

test("files that wait for room are sent at once, or not at all, when a person says so", async () => {
  answers = [full, full];
  outbox.add([file("notes.md", "x")]);
  await settled();
  expect(timers).toMatchObject([{ ms: 12_000 }]);
  outbox.resume();
  await vi.waitFor(() => expect(sent).toHaveLength(2));
  await settled();
  expect(states()).toEqual(["waiting"]);
  outbox.discardWaiting();
  for (const { call } of timers) call();
  expect(outbox.parcels.value).toEqual([]);
  expect(sent).toHaveLength(2);
});

test("a pause promises no room at any time, and what did not answer none in a queue", async () => {
  const refusedBy = (answer: object) =>
    Promise.reject(
      new CallError("unavailable", "Not now.", { code: "unavailable", ...answer } as never, 30),
    );
  answers = [() => refusedBy({ paused_since: "2026-11-26T10:00:00.000Z" }), () => refusedBy({})];
  outbox.add([file("paused.md", "x"), file("unwell.md", "x")]);
  await settled();
  const [paused, unwell] = outbox.parcels.value.map(({ state }) => state);
  expect(paused).toEqual({ kind: "refused", reason: "Not now.", passes: true });
  expect(unwell).toMatchObject({ retryAtMs: 31_000 });
});

test("what was refused is told apart from what is on its way", async () => {
  answers = [unwell, () => new Promise(() => {})];
  outbox.add([file("full.md", "x"), file("photo.jpeg", "x"), file("slow.md", "x")]);
  await vi.waitFor(() => expect(states()).toEqual(["refused", "refused", "sending"]));
  const { moving, refused } = sorted(outbox.parcels.value);
  expect(moving.map(({ source }) => source.name)).toEqual(["slow.md"]);
  expect(refused.map(({ source }) => source.name)).toEqual(["full.md", "photo.jpeg"]);
});

test("a large file is uploaded once, however often its submission is tried", async () => {
  const percents: number[] = [];
  uploading = (_, __, onPercent) => {
    onPercent(50);
    percents.push(50);
    return Promise.resolve();
  };
  answers = [full];
  outbox.add([file("large.txt", "", 5_000_000)]);
  await vi.waitFor(() => expect(states()).toEqual(["waiting"]));
  outbox.resume();
  await vi.waitFor(() => expect(accepted).toHaveLength(1));
  expect(percents).toEqual([50]);
  expect(sent.map(({ request }) => request.upload_id)).toEqual(["upload-1", "upload-1"]);
  expect(sent[0]?.request.text).toBeUndefined();
});

test("a text that grows over the inline limit in JSON is uploaded", async () => {
  outbox.add([file("quotes.txt", '"'.repeat(3_000_000))]);
  await vi.waitFor(() => expect(accepted).toHaveLength(1));
  expect(sent[0]?.request.upload_id).toBe("upload-1");
});

test("what cannot be read is never sent, and says why", async () => {
  outbox.add([file("photo.jpeg", "x"), file("empty.md", ""), file("x.txt", "", 60_000_000)]);
  await settled();
  const reasons = outbox.parcels.value.map(({ state }) =>
    state.kind === "refused" && !state.passes ? state.reason : state.kind,
  );
  expect(reasons).toEqual([
    expect.stringContaining("cannot be read"),
    expect.stringContaining("empty"),
    expect.stringContaining("Split"),
  ]);
  expect(sent).toEqual([]);
});

test("a file that is no text in UTF-8 is uploaded, and the service reads it", async () => {
  const latin1 = { ...file("old.txt", "x"), arrayBuffer: () => Promise.resolve(invalid) };
  outbox.add([file("scan.pdf", "x"), latin1]);
  await vi.waitFor(() => expect(accepted).toHaveLength(2));
  expect(sent.map(({ request }) => [request.filename, request.content_type])).toEqual(
    expect.arrayContaining([
      ["scan.pdf", "application/pdf"],
      ["old.txt", "text/plain"],
    ]),
  );
  expect(sent.map(({ request }) => typeof request.upload_id)).toEqual(["string", "string"]);
});

const invalid = Uint8Array.from([0xff, 0xfe]).buffer;

test("two files of one name are not sent as versions of each other, but those of a folder are two documents", async () => {
  outbox.add([file("README.md", "one"), file("README.md", "two")]);
  const inFolder = (path: string, text: string) => ({
    ...file("README.md", text),
    webkitRelativePath: path,
  });
  outbox.add([inFolder("docs/README.md", "three"), inFolder("docs/sub/README.md", "four")]);
  await vi.waitFor(() => expect(accepted).toHaveLength(3));
  expect(sent.map(({ request }) => [request.document_id, request.text])).toEqual([
    ["README.md", "one"],
    ["docs:README.md", "three"],
    ["docs:sub:README.md", "four"],
  ]);
  expect(outbox.parcels.value.map(({ state }) => state)).toMatchObject([
    { kind: "refused", reason: expect.stringContaining("same name") as string, passes: false },
  ]);
});
