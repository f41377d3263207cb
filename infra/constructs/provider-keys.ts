/** Keys of model providers: named in the template, never in it. */
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import type { Settings } from "../../lambdas/platform/settings.ts";
import { explain } from "../explain.ts";

/** Settings whose values never stand in a template, nor in a function's configuration. */
export const secretSettings = [
  "LLM_API_KEY",
  "EMBEDDINGS_API_KEY",
] as const satisfies (keyof Settings)[];
export type SecretSetting = (typeof secretSettings)[number];

export class ProviderKeys extends Construct {
  /** For each key that is set. They hold nothing of use until a key is put there after the deployment. */
  readonly secrets: Readonly<Partial<Record<SecretSetting, Secret>>>;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    this.secrets = Object.fromEntries(
      secretSettings
        .filter((name) => settings[name] !== undefined)
        .map((name) => [name, this.#secret(name)]),
    );
  }

  #secret(name: SecretSetting): Secret {
    const secret = new Secret(this, name, { description: `Sluice: SLUICE_${name}` });
    explain(
      secret,
      "AwsSolutions-SMG4",
      "The model provider issues this key and cannot be asked for a new one by a rotation function; its holder puts a new one.",
    );
    return secret;
  }
}
