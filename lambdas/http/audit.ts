/** One line in the log for each change that a caller makes: who, what and when. */
import type { APIGatewayProxyEvent } from "aws-lambda";
import { log } from "../platform/log.ts";
import type { RequestCaller } from "./callers/request-caller.ts";

/** A request that reads, although it is a POST. */
const reading = new Set(["POST /search"]);

/**
 * Reads leave their line in the access log only, which has the same `request_id`.
 * @param answer of a request that succeeded
 */
export function audit(
  event: APIGatewayProxyEvent,
  { tenant, role, subject }: RequestCaller,
  answer: { readonly status: number; readonly body: unknown },
): void {
  const action = `${event.httpMethod} ${event.resource}`;
  if (event.httpMethod === "GET" || reading.has(action)) return;
  const { job_id, document_id, upload_id } = (answer.body ?? {}) as Record<string, unknown>;
  log.info("audit", {
    action,
    tenant,
    role,
    subject,
    key_id: event.requestContext?.identity?.apiKeyId ?? undefined,
    status: answer.status,
    path: event.pathParameters ?? undefined,
    job_id,
    document_id,
    upload_id,
  });
}
