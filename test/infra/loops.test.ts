import { expect, test } from "vitest";
import { permissionsByRole } from "../support/deployment/permissions.ts";
import { referred, resourcesOf, type Synthesized, synthesize } from "../support/template.ts";

const aws = synthesize("aws", {
  SLUICE_SOURCES: '[{"name": "docs", "tenant": "acme", "bucket": "files"}]',
});

/** What a right leads to: a message, an event, a call or an execution reaches it. */
const leading =
  /^(?:sqs:SendMessage|lambda:InvokeFunction|states:StartExecution) on (\w+?)(Live)?$/;

/** `FunctionsdispatchLive1A2B3C4D` → `dispatch`, `DataJobs1A2B3C4D` → `Jobs`. */
function nameOf(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, "").replace(/^(Functions|Data|Workflow)|Live$/g, "");
}

/** The logical ids that a part of the template refers to. */
function named(part: unknown): string[] {
  const ids = JSON.stringify(part).matchAll(/"(?:Ref":|Fn::GetAtt":\[)"(\w+)"/g);
  return [...ids].map(([, id = ""]) => nameOf(id));
}

/** Which step, queue or state machine leads to which others. */
function edgesOf(template: Synthesized): Map<string, Set<string>> {
  const edges = new Map<string, Set<string>>();
  const lead = (from: string, to: readonly string[]) =>
    edges.set(from, new Set([...(edges.get(from) ?? []), ...to]));
  const rights = permissionsByRole(template);
  const owners = ["AWS::Lambda::Function", "AWS::StepFunctions::StateMachine"];
  for (const [id, { Properties }] of owners.flatMap((type) => resourcesOf(template, type))) {
    const role = referred(Properties["Role"] ?? Properties["RoleArn"]) ?? "";
    const reached = [...(rights.get(role) ?? [])].map((right) => leading.exec(right)?.[1]);
    lead(
      nameOf(id),
      reached.filter((one) => one !== undefined),
    );
  }
  for (const [, { Properties }] of resourcesOf(template, "AWS::Lambda::EventSourceMapping")) {
    for (const queue of named(Properties["EventSourceArn"])) {
      lead(queue, named(Properties["FunctionName"]));
    }
  }
  // Events of jobs come from finish, and the ends of executions from the machine.
  for (const [, { Properties }] of resourcesOf(template, "AWS::Events::Rule")) {
    const targets = named(Properties["Targets"]);
    if (Properties["EventBusName"] !== undefined) lead("finish", targets);
    for (const machine of named(Properties["EventPattern"] ?? {})) lead(machine, targets);
  }
  return edges;
}

function reachedFrom(start: string, edges: ReadonlyMap<string, ReadonlySet<string>>): Set<string> {
  const reached = new Set<string>();
  const waiting = [start];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const one of edges.get(next) ?? []) {
      if (reached.has(one)) continue;
      reached.add(one);
      waiting.push(one);
    }
  }
  return reached;
}

test("each function whose own messages or calls come back to it may loop, so that Lambda does not stop it", () => {
  const edges = edgesOf(aws);
  const steps = resourcesOf(aws, "AWS::Lambda::Function");
  const looping = steps.map(([id]) => nameOf(id)).filter((id) => reachedFrom(id, edges).has(id));
  const allowed = steps
    .filter(([, { Properties }]) => Properties["RecursiveLoop"] === "Allow")
    .map(([id]) => nameOf(id));
  expect(looping).toEqual(expect.arrayContaining(["dispatch", "finish", "feed", "deliver"]));
  expect(allowed).toEqual(expect.arrayContaining(looping));
});
