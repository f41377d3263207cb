/** The calls that a template's REST API answers. */
import { type Resource, referred, resourcesOf, type Synthesized } from "./template.ts";

export interface Method {
  readonly verb: string;
  /** Below the stage. */
  readonly path: string;
  readonly keyed: boolean;
  /** Answered by the gateway itself: no function is behind it. */
  readonly mock: boolean;
  /** The logical id of the function behind it, or of its alias. */
  readonly step: string | undefined;
}

export function methodsOf(synthesized: Synthesized): Method[] {
  return resourcesOf(synthesized, "AWS::ApiGateway::Method").map(([, { Properties }]) => {
    const integration = Properties["Integration"] as { Type: string; Uri?: unknown };
    return {
      verb: String(Properties["HttpMethod"]),
      path: pathOf(synthesized.resources, referred(Properties["ResourceId"])),
      keyed: Properties["ApiKeyRequired"] === true,
      mock: integration.Type === "MOCK",
      step: /"(?:Fn::GetAtt":\[|Ref":)"(Functions\w+)"/.exec(
        JSON.stringify(integration.Uri ?? ""),
      )?.[1],
    };
  });
}

function pathOf(resources: Readonly<Record<string, Resource>>, id: string | undefined): string {
  const resource = id === undefined ? undefined : resources[id];
  if (resource?.Type !== "AWS::ApiGateway::Resource") return "";
  const { ParentId, PathPart } = resource.Properties;
  return `${pathOf(resources, referred(ParentId))}/${String(PathPart)}`;
}
