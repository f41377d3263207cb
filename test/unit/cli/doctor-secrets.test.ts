import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkSecrets } from "../../../cli/doctor/stack.ts";
import { localClient } from "../../../ops/aws-client-options.ts";
import type { Outputs } from "../../../ops/deployed-stack.ts";
import { closeAtOnce, listen } from "../../support/loopback.ts";

/** Secrets Manager of AWS, as it describes one secret, and refuses to give its value out. */
let server: Server;
let endpoint: string;
let versions: Readonly<Record<string, readonly string[]>> = {};
const stack = { LlmApiKeySecret: "arn:of-the-secret" } as Outputs;

beforeAll(async () => {
  server = createServer((request, response) => {
    const describes = request.headers["x-amz-target"] === "secretsmanager.DescribeSecret";
    response.writeHead(describes ? 200 : 400, { "content-type": "application/x-amz-json-1.1" });
    const refused = { __type: "AccessDeniedException", message: "no right" };
    response.end(JSON.stringify(describes ? { VersionIdsToStages: versions } : refused));
  });
  endpoint = await listen(server);
});
afterAll(() => closeAtOnce(server));

test.each([
  [{}, "problem", "The secret of SLUICE_LLM_API_KEY does not hold a key yet."],
  [{ v1: ["AWSCURRENT"] }, "ok", "The secret of SLUICE_LLM_API_KEY holds a key."],
])(
  "the doctor sees by the versions %j whether a key is stored, and does not read it",
  async (found, verdict, says) => {
    versions = found;
    expect(await checkSecrets(localClient(endpoint), stack, false)).toEqual([
      expect.objectContaining({ verdict, says }),
    ]);
  },
);
