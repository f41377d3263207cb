/** What is read of a deployed stack, from a stand-in for CloudFormation and Lambda. */
import { createServer } from "node:http";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { readConfig } from "../../../infra/config.ts";
import { deployedSettings } from "../../../infra/settings/deployed-settings.ts";
import { differences } from "../../../infra/settings/differences.ts";
import { refusedChange } from "../../../infra/settings/guard.ts";
import { closeAtOnce, listen } from "../../support/loopback.ts";
import { type Resource, resourcesOf, synthesize } from "../../support/template.ts";

const account = "111122223333";
afterEach(() => void vi.unstubAllEnvs());

type State = "deployed" | "rolled back" | "missing";

/** As AWS answers for a stack with this template, one that a rollback has taken down again, or none. */
async function deploy(settings: Readonly<Record<string, string>>, state: State = "deployed") {
  const functions = new Map(resourcesOf(synthesize("aws", settings), "AWS::Lambda::Function"));
  const server = createServer((request, response) => {
    let form = "";
    request.on("data", (part: Buffer) => (form += part.toString()));
    request.on("end", () => {
      if (state === "missing") {
        response.writeHead(400, { "content-type": "text/xml" });
        response.end(
          "<ErrorResponse><Error><Code>ValidationError</Code><Message>Stack with id Sluice does not exist</Message></Error></ErrorResponse>",
        );
        return;
      }
      const name = /^\/2015-03-31\/functions\/([^/]+)\/configuration/.exec(request.url ?? "")?.[1];
      const type = name === undefined ? "text/xml" : "application/json";
      if (name !== undefined && state === "rolled back") {
        response.writeHead(404, { "x-amzn-errortype": "ResourceNotFoundException" }).end("{}");
        return;
      }
      response.writeHead(200, { "content-type": type });
      response.end(
        name === undefined
          ? answerOf(new URLSearchParams(form).get("Action") ?? "", [...functions.keys()], state)
          : JSON.stringify({ Environment: { Variables: variablesOf(functions.get(name)) } }),
      );
    });
  });
  vi.stubEnv("AWS_ENDPOINT_URL", await listen(server));
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
  onTestFinished(() => closeAtOnce(server));
}

function answerOf(action: string, functions: readonly string[], state: State): string {
  const [ofStack, ofEach] =
    state === "deployed"
      ? ["CREATE_COMPLETE", "CREATE_COMPLETE"]
      : ["ROLLBACK_COMPLETE", "DELETE_COMPLETE"];
  const members =
    action === "DescribeStacks"
      ? `<Stacks><member><StackName>Sluice</StackName><StackId>arn:aws:cloudformation:eu-central-1:${account}:stack/Sluice/1</StackId><StackStatus>${ofStack}</StackStatus></member></Stacks>`
      : `<StackResourceSummaries>${functions.map((id) => `<member><LogicalResourceId>${id}</LogicalResourceId><PhysicalResourceId>${id}</PhysicalResourceId><ResourceType>AWS::Lambda::Function</ResourceType><ResourceStatus>${ofEach}</ResourceStatus></member>`).join("")}</StackResourceSummaries>`;
  return `<${action}Response><${action}Result>${members}</${action}Result></${action}Response>`;
}

function variablesOf(made: Resource | undefined): Record<string, string> {
  const { Variables } = (made?.Properties["Environment"] ?? { Variables: {} }) as {
    Variables: Record<string, unknown>;
  };
  return Object.fromEntries(
    Object.entries(Variables).map(([name, value]) => [
      name,
      typeof value === "string" ? value : "known later",
    ]),
  );
}

/** Every setting that one variable can set alone, with another value than its default. */
const each: Readonly<Record<string, string>> = {
  SLUICE_SOURCES: '[{"name":"docs","tenant":"acme","bucket":"files"}]',
  SLUICE_MAX_ACTIVE: "5",
  SLUICE_LLM_EXTRA_BODY: '{"a":1}',
  SLUICE_CORS_ORIGINS: "https://app.example.com",
  SLUICE_AUTH: "iam",
  SLUICE_IAM_CALLERS: '[{"principal":"*","tenant":"acme"}]',
};

test("a bare deployment over a stack with settings of the deployer's shell is refused, with each of them", async () => {
  await deploy(each);
  const found = await deployedSettings("Sluice", { account, region: "eu-central-1" });
  expect(found).toBeDefined();
  const lost = differences(found!, readConfig({})).filter(({ refused }) => refused);
  expect(lost.map(({ name }) => `SLUICE_${name}`).toSorted()).toEqual(Object.keys(each).toSorted());
});

test("the same settings again are no difference", async () => {
  await deploy(each);
  const found = await deployedSettings("Sluice", { account, region: "eu-central-1" });
  expect(differences(found!, readConfig(each))).toEqual([]);
});

test("a first deployment that failed and was rolled back is compared with nothing: it left no function to ask", async () => {
  await deploy(each, "rolled back");
  expect(await deployedSettings("Sluice", { account, region: "eu-central-1" })).toBeUndefined();
});

test("a deployment says that its stack is new, because another name may be meant", async () => {
  await deploy({}, "missing");
  const said: string[] = [];
  const guard = { account, region: "eu-central-1", acceptAll: false };
  const say = (line: string) => said.push(line);
  expect(await refusedChange(readConfig({}), { ...guard, say })).toBeUndefined();
  expect(said).toEqual([
    "There is no stack Sluice in 111122223333, eu-central-1 yet. A deployment makes it, with a table and buckets of its own.",
  ]);
});
