/**
 * Verifies AWS Signature Version 4 as the gateway does, from the request as it came over the wire.
 * Written after AWS's description of the algorithm, and shares no code with the signer.
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

export interface Secrets {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** @returns what is wrong; nothing if the signature is good */
export function signatureFault(
  request: IncomingMessage,
  body: Buffer,
  { region, secrets }: { readonly region: string; readonly secrets: Secrets },
): string | undefined {
  const { headers, method = "", url = "" } = request;
  const parsed =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/execute-api\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? "",
    );
  if (parsed === null) return "There is no signature for execute-api.";
  const [, keyId, day = "", signedRegion, names = "", signature = ""] = parsed;
  if (keyId !== secrets.accessKeyId) return "The access key is not known.";
  if (signedRegion !== region) return `The signature is for ${signedRegion}.`;
  if (headers["x-amz-security-token"] !== secrets.sessionToken) return "The token is another.";
  const at = String(headers["x-amz-date"]);
  if (!at.startsWith(day)) return "The date is another.";
  const signed = names.split(";");
  for (const name of [
    "host",
    "x-amz-date",
    ...("content-type" in headers ? ["content-type"] : []),
  ]) {
    if (!signed.includes(name)) return `The header ${name} is not signed.`;
  }
  const [path = "", query = ""] = url.split("?");
  const canonical = [
    method,
    // What is escaped once on the wire is escaped again, for every service but S3.
    path.split("/").map(escaped).join("/"),
    query
      .split("&")
      .filter((pair) => pair !== "")
      .toSorted()
      .join("&"),
    ...signed.map((name) => `${name}:${String(headers[name]).trim().replace(/ +/g, " ")}`),
    "",
    names,
    sha256(body),
  ].join("\n");
  const scope = `${day}/${region}/execute-api/aws4_request`;
  const text = ["AWS4-HMAC-SHA256", at, scope, sha256(Buffer.from(canonical))].join("\n");
  const key = [day, region, "execute-api", "aws4_request"].reduce<Buffer | string>(
    hmac,
    `AWS4${secrets.secretAccessKey}`,
  );
  const isGood = timingSafeEqual(hmac(key, text), Buffer.from(signature, "hex"));
  return isGood ? undefined : `The signature does not match:\n${canonical}`;
}

const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
const hmac = (key: Buffer | string, text: string) =>
  createHmac("sha256", key).update(text).digest();

function escaped(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
