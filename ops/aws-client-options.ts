/** How to speak to an endpoint that stands for AWS: one account, one region, any keys. */
export const localRegion = "us-east-1";
export const localAccount = "000000000000";

/** How to reach an account: nothing for the caller's own, {@link localClient} for an emulator. */
export type Reach = Partial<ReturnType<typeof localClient>>;

/** Settings of an AWS SDK client. */
export function localClient(endpoint: string) {
  return {
    endpoint,
    region: localRegion,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  };
}
