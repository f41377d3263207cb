/** Signs calls of the API for deployments whose callers are principals of AWS (`SLUICE_AUTH=iam`). */
import { accountClient } from "../ops/aws-client-options.ts";
import { UsageError } from "./errors.ts";

/**
 * With the credentials that the AWS command line would use: variables, a profile, a container's or
 * an instance's role.
 * @param apiUrl tells the region, if the API is under the domain of API Gateway
 * @throws UsageError
 */
export function signer(apiUrl: string): (request: Request) => Promise<Request> {
  const region = regionOf(apiUrl);
  let sign: Promise<(request: Request) => Promise<Request>> | undefined;
  return async (request) => {
    // The SDK takes longer to load than most commands take to run.
    sign ??= import("./aws-signature.ts").then(({ signatures }) => signatures(region));
    return (await sign)(request);
  };
}

/** @throws UsageError */
function regionOf(apiUrl: string): string {
  const { hostname } = new URL(apiUrl);
  const ofGateway = /\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/.exec(hostname)?.[1];
  const region = ofGateway ?? accountClient().region;
  if (region) return region;
  throw new UsageError(
    `The address ${hostname} does not tell the region of the API. Set AWS_REGION, so that its calls can be signed.`,
  );
}
