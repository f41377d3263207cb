/** Options for an endpoint that replaces AWS: one account, one region, any credentials. */
export const localRegion = "us-east-1";
export const localAccount = "000000000000";

/** Options for AWS clients: empty for the caller's own account, {@link localClient} for an emulator. */
export type AwsClientOptions = Partial<ReturnType<typeof localClient>>;

/** Settings of an AWS SDK client. */
export function localClient(endpoint: string) {
  return {
    endpoint,
    region: localRegion,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  };
}
