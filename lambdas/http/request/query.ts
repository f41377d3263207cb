import type { APIGatewayProxyEvent } from "aws-lambda";
import { invalidRequest } from "../../contract/refusals.ts";
import { shownList } from "../../contract/shown.ts";
import { refuseUnstorable } from "../../contract/well-formed.ts";

/**
 * The parameters of the query, each sent once. Of two values the gateway would pass on one, and the
 * caller would not learn that the other was ignored.
 * @throws RequestRefusedError `invalid_request`
 */
export function queryOf(event: APIGatewayProxyEvent): Record<string, string | undefined> {
  const repeated = Object.entries(event.multiValueQueryStringParameters ?? {})
    .filter(([, values]) => (values?.length ?? 0) > 1)
    .map(([name]) => name);
  if (repeated.length > 0) {
    const message = `has a query parameter more than once: ${shownList(repeated, 5)}. Send it once`;
    throw invalidRequest([{ path: "", message }]);
  }
  const query = event.queryStringParameters ?? {};
  refuseUnstorable(query);
  return query;
}
