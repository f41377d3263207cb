import { environment } from "../lambdas/platform/environment.ts";

/** Options for an endpoint that replaces AWS: one account, one region, any credentials. */
export const localRegion = "us-east-1";
export const localAccount = "000000000000";

/** Options for AWS clients: {@link accountClient} or, for an emulator, {@link localClient}. */
export type AwsClientOptions = Partial<ReturnType<typeof localClient>>;

/** Settings of an AWS SDK client. */
export function localClient(endpoint: string) {
  return {
    endpoint,
    region: localRegion,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  };
}

/**
 * For the account and region of the shell's credentials. The SDK reads `AWS_REGION` and the profile;
 * AWS's command line and the CDK, which have deployed the stack, also `AWS_DEFAULT_REGION`.
 */
export function accountClient(
  env: Readonly<Record<string, string | undefined>> = environment,
): AwsClientOptions {
  const region = env["AWS_REGION"] || env["AWS_DEFAULT_REGION"];
  return region ? { region } : {};
}
