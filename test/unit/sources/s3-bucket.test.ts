/** What S3 says of objects that it does not give out. */
import { createServer, type RequestListener } from "node:http";
import { S3Client } from "@aws-sdk/client-s3";
import { describe, expect, onTestFinished, test } from "vitest";
import { S3SourceBucket } from "../../../lambdas/sources/s3-source-bucket.ts";
import { localClient } from "../../support/deployment/emulator.ts";
import { closeAtOnce, listen } from "../../support/loopback.ts";

/** A bucket with one object, `a b.md`, whose HEAD is answered as given. */
async function bucketOf(
  head: { readonly status: number; readonly headers?: Record<string, string> },
  list: { readonly status: number } = { status: 200 },
) {
  const asked: string[] = [];
  const answer: RequestListener = (request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (request.method === "HEAD") {
      response.writeHead(head.status, head.headers).end();
      return;
    }
    const prefix = new URL(request.url ?? "", "http://s3").searchParams.get("prefix") ?? "";
    const found = "a b.md".startsWith(prefix)
      ? '<Contents><Key>a+b.md</Key><ETag>"one"</ETag><Size>7</Size><LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents>'
      : "";
    response
      .writeHead(list.status, { "content-type": "application/xml" })
      .end(
        list.status === 200
          ? `<ListBucketResult><IsTruncated>false</IsTruncated>${found}</ListBucketResult>`
          : "<Error><Code>AccessDenied</Code><Message>no</Message></Error>",
      );
  };
  const server = createServer(answer);
  const endpoint = await listen(server);
  onTestFinished(() => closeAtOnce(server));
  const client = new S3Client({ ...localClient(endpoint), forcePathStyle: true });
  return { bucket: new S3SourceBucket(client, "files", "jobs"), asked };
}

describe("an object", () => {
  test.each([400, 403])(
    "that S3 does not give out (%i), as it lacks the key that encrypts it, is there all the same",
    async (status) => {
      const { bucket } = await bucketOf({ status });
      expect(await bucket.look("a b.md")).toEqual({
        key: "a b.md",
        etag: '"one"',
        sizeBytes: 7,
        modifiedMs: Date.parse("2026-01-01T00:00:00Z"),
        contentType: "",
        archived: false,
      });
    },
  );

  test("is gone if the listing does not have it, and nobody knows if there is no listing", async () => {
    const { bucket } = await bucketOf({ status: 403 });
    expect(await bucket.look("a b.md.metadata.json")).toBeUndefined();
    const { bucket: closed } = await bucketOf({ status: 404 }, { status: 403 });
    await expect(closed.look("a b.md")).rejects.toMatchObject({ name: "AccessDenied" });
  });

  test.each([
    [{ "x-amz-storage-class": "GLACIER" }, true],
    [{ "x-amz-storage-class": "DEEP_ARCHIVE", "x-amz-restore": 'ongoing-request="true"' }, true],
    [
      {
        "x-amz-storage-class": "GLACIER",
        "x-amz-restore": 'ongoing-request="false", expiry-date="Fri, 21 Dec 2029 00:00:00 GMT"',
      },
      false,
    ],
    [
      {
        "x-amz-storage-class": "INTELLIGENT_TIERING",
        "x-amz-archive-status": "DEEP_ARCHIVE_ACCESS",
      },
      true,
    ],
    [{ "x-amz-storage-class": "GLACIER_IR" }, false],
    [{}, false],
  ])("with the headers %j is archived: %s", async (headers, archived) => {
    const { bucket } = await bucketOf({ status: 200, headers: { etag: '"one"', ...headers } });
    expect(await bucket.look("a b.md")).toMatchObject({ archived });
  });
});

test("a file beside an object whose key is as long as S3 allows is not asked for", async () => {
  const { bucket, asked } = await bucketOf({ status: 400 });
  expect(await bucket.text(`${"ü".repeat(512)}.metadata.json`, 1_000)).toBeUndefined();
  expect(asked).toEqual([]);
});
