/** Keys of model providers: the template contains their names, never their values. */
import { Arn, ArnFormat, RemovalPolicy } from "aws-cdk-lib";
import { Grant } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { type CfnSecret, Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import type { Config } from "../config.ts";
import { explain, explainWildcard } from "../explain.ts";
import { type SecretSetting, secretSettings } from "../settings/secret-settings.ts";

interface ProviderSecret {
  readonly secretArn: string;
  grantRead(reader: LambdaFunction): void;
}

export class ProviderKeys extends Construct {
  /** A secret of the stack for each key that is set. `npm run deploy` puts the key into it. */
  readonly own: Readonly<Partial<Record<SecretSetting, ProviderSecret>>>;
  /** {@link own}, and the secrets that are named by their ARNs. */
  readonly secrets: Readonly<Partial<Record<SecretSetting, ProviderSecret>>>;

  constructor(scope: Construct, id: string, { settings, target }: Config, encryptionKey?: IKey) {
    super(scope, id);
    // A deployment without the key must not delete the only copy of it.
    const removal =
      target.kind === "aws" ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
    const own: Partial<Record<SecretSetting, ProviderSecret>> = {};
    const named: Partial<Record<SecretSetting, ProviderSecret>> = {};
    for (const name of secretSettings) {
      const arn = settings[`${name}_SECRET_ARN`];
      if (settings[name] !== undefined) own[name] = this.#secret(name, removal, encryptionKey);
      else if (arn !== undefined) {
        named[name] = this.#named(name, arn);
      }
    }
    this.own = own;
    this.secrets = { ...own, ...named };
  }

  #named(name: SecretSetting, arn: string): ProviderSecret {
    const secret = Secret.fromSecretCompleteArn(this, `${name}_NAMED`, arn);
    const grantRead = (reader: LambdaFunction) => {
      secret.grantRead(reader);
      grantDecrypt(reader, arn);
    };
    return { secretArn: arn, grantRead };
  }

  #secret(
    name: SecretSetting,
    removalPolicy: RemovalPolicy,
    encryptionKey: IKey | undefined,
  ): Secret {
    const secret = new Secret(this, name, {
      description: `Sluice: SLUICE_${name}`,
      removalPolicy,
      ...(encryptionKey === undefined ? {} : { encryptionKey }),
    });
    // Without a value until `npm run deploy` stores the key: functions wait for it, where the CDK's
    // random password would be sent to the provider, which refuses it for good.
    const resource = secret.node.defaultChild as CfnSecret;
    resource.addPropertyDeletionOverride("GenerateSecretString");
    explain(
      secret,
      "AwsSolutions-SMG4",
      "The model provider issues this key, and no rotation function can request a new one. The key's owner replaces it.",
    );
    return secret;
  }
}

/**
 * A KMS key of the user's may encrypt the secret, and the secret's ARN does not tell which: a reader
 * may use each key of the secret's account and region, but only for this secret.
 */
function grantDecrypt(reader: LambdaFunction, secretArn: string): void {
  const { partition, region, account } = Arn.split(secretArn, ArnFormat.COLON_RESOURCE_NAME);
  const keys = `arn:${partition}:kms:${region}:${account}:key/*`;
  Grant.addToPrincipal({
    grantee: reader,
    actions: ["kms:Decrypt"],
    resourceArns: [keys],
    conditions: {
      StringEquals: {
        "kms:ViaService": `secretsmanager.${region}.amazonaws.com`,
        "kms:EncryptionContext:SecretARN": secretArn,
      },
    },
  });
  explainWildcard(
    reader.role ?? reader,
    keys,
    "The ARN of the user's secret does not tell its KMS key; the condition admits this one secret only.",
  );
}
