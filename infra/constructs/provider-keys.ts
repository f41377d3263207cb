/** Keys of model providers: the template contains their names, never their values. */
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import type { Settings } from "../../lambdas/platform/settings.ts";
import { explain } from "../explain.ts";

/** Settings whose values appear in no template and in no function's configuration. */
export const secretSettings = [
  "LLM_API_KEY",
  "EMBEDDINGS_API_KEY",
  "RERANK_API_KEY",
] as const satisfies (keyof Settings)[];
export type SecretSetting = (typeof secretSettings)[number];

export class ProviderKeys extends Construct {
  /** A secret for each key that is set. It holds nothing useful until the deployment stores the key. */
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
      "The model provider issues this key, and no rotation function can request a new one. The key's owner replaces it.",
    );
    return secret;
  }
}
