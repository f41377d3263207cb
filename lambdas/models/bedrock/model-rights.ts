/**
 * The rights to call one Bedrock model, and no other. A model is named by its
 * id (`amazon.titan-embed-text-v2:0`), by an inference profile that spreads
 * calls over regions (`eu.amazon.nova-lite-v1:0`), or by an ARN.
 */
import type { ModelRight } from "../provider.ts";

/** Before the id of a model that a profile of several regions stands for. */
const profilePrefix = /^(?:us|us-gov|eu|apac|jp|au|ca|sa|global)\.(?=[a-z0-9]+\.)/;
/** Converse needs the same right as InvokeModel. */
const actions = ["bedrock:InvokeModel"];

/** @param region where Bedrock is asked; `{region}` for the deployment's own */
export function bedrockRights(model: string, region = "{region}"): ModelRight[] {
  if (model.startsWith("arn:")) {
    const isProfile = /:(?:application-)?inference-profile\//.test(model);
    const base = model.split("/").at(-1)?.replace(profilePrefix, "") ?? "";
    // A profile of one's own does not say in its name which model it stands for.
    const behind = model.includes(":application-inference-profile/") ? "*" : base;
    return isProfile ? throughProfile(model, behind) : [{ actions, resources: [model] }];
  }
  if (profilePrefix.test(model)) {
    const profile = `arn:{partition}:bedrock:${region}:{account}:inference-profile/${model}`;
    return throughProfile(profile, model.replace(profilePrefix, ""));
  }
  return [{ actions, resources: [`arn:{partition}:bedrock:${region}::foundation-model/${model}`] }];
}

/** A call through a profile needs the right to the profile, and to its model in each of its regions. */
function throughProfile(profile: string, model: string): ModelRight[] {
  return [
    { actions, resources: [profile] },
    {
      actions,
      // A global profile also names the model without a region.
      resources: [`arn:{partition}:bedrock:*::foundation-model/${model}`],
      onlyWith: { "bedrock:InferenceProfileArn": profile },
    },
  ];
}
