import type { APIGatewayProxyEvent } from "aws-lambda";

/** By their names in lower case. */
export function headersOf(event: APIGatewayProxyEvent): Record<string, string | undefined> {
  const entries = Object.entries(event.headers ?? {});
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value]));
}
