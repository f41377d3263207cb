/** A mail and its attachments, each a document of its own, over HTTP. */
import { beforeAll, describe, expect, inject, test } from "vitest";
import { type Client, createClient } from "../../cli/client.ts";
import { send } from "../../cli/sending/send.ts";
import type { JobAnswer } from "../../lambdas/contract/calls/jobs.ts";
import { newKey } from "../support/deployment/app.ts";
import { byCalls, eventually } from "../support/deployment/provided-app.ts";
import { mailOf } from "../unit/pipeline/extract/making/mail.ts";
import { line, pdf } from "../unit/pipeline/extract/making/pdf.ts";

const app = inject("app");
let client: Client;
beforeAll(async () => {
  client = createClient({ ...app, apiKey: await newKey(app) });
});

async function ended(jobId: string): Promise<JobAnswer> {
  let last: JobAnswer | undefined;
  for await (const job of client.watch(jobId)) last = job;
  return last!;
}

const inner = mailOf("The inner mail", "Words of the inner mail.", [
  { filename: "inner.txt", type: "text/plain", bytes: Buffer.from("The heron stood at the weir.") },
]);
const mail = mailOf("Minutes of the lock committee", "The minutes are attached.", [
  {
    filename: "minutes.pdf",
    type: "application/pdf",
    bytes: pdf([line("The sluice opens at dawn.")]),
  },
  { filename: "logo.png", type: "image/png", bytes: Buffer.from("not looked at") },
  { filename: "forwarded.eml", type: "message/rfc822", bytes: Buffer.from(inner) },
]);

async function ingestMail(): Promise<JobAnswer> {
  const { job_id } = await send(client, {
    document_id: "mail-7",
    filename: "minutes.eml",
    content_type: "message/rfc822",
    bytes: Buffer.from(mail),
    attributes: { case: 12 },
  });
  return ended(job_id);
}

/** The job is not found until the queue has had room for it. */
async function attachmentJob(jobId: string): Promise<JobAnswer> {
  await eventually(
    "the attachment's job exists",
    () =>
      client.job(jobId).then(
        () => true,
        () => false,
      ),
    byCalls,
  );
  return ended(jobId);
}

describe("a mail with attachments", () => {
  let first: JobAnswer;
  test("names the document and the job of each, and why another is skipped", async () => {
    first = await ingestMail();
    expect(first).toMatchObject({
      status: "completed",
      result: {
        attachments: [
          { filename: "minutes.pdf", document_id: "mail-7:minutes.pdf" },
          { filename: "logo.png", skipped: "unsupported_type" },
          { filename: "forwarded.eml", document_id: "mail-7:forwarded.eml" },
        ],
      },
    });
  });

  test("has them read, stored and found, down to the mail within the mail", async () => {
    const [minutes, , forwarded] = first.result?.attachments ?? [];
    const job = await attachmentJob(minutes?.job_id ?? "");
    expect(job).toMatchObject({
      status: "completed",
      parent: { document_id: "mail-7", job_id: first.job_id },
    });
    const { results } = await client.search({
      query: "sluice dawn",
      filter: { attributes: { parent_document_id: "mail-7", case: 12 } },
    });
    expect(results[0]).toMatchObject({ document_id: "mail-7:minutes.pdf", pages: [1, 1] });

    const within = await attachmentJob(forwarded?.job_id ?? "");
    const [heron] = within.result?.attachments ?? [];
    expect(await attachmentJob(heron?.job_id ?? "")).toMatchObject({ status: "completed" });
    const found = await client.search({ query: "heron weir" });
    expect(found.results[0]?.document_id).toBe(heron?.document_id);
  });

  test("sent again makes no second copy and costs no call", async () => {
    const again = await ingestMail();
    expect(again.result).toMatchObject({ unchanged: true });
    const ids = (job: JobAnswer) => job.result?.attachments?.map((one) => one.document_id);
    expect(ids(again)).toEqual(ids(first));
    const minutes = await attachmentJob(again.result?.attachments?.[0]?.job_id ?? "");
    expect(minutes.result).toMatchObject({
      unchanged: true,
      usage: { llm_calls: 0, embedding_calls: 0 },
    });
    const { documents } = await client.documents();
    expect(documents).toHaveLength(4);
  });
});
