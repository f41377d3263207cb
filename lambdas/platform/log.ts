/** Structured logs, a JSON object a line. Never a document's text, never a key. */
import { Logger } from "@aws-lambda-powertools/logger";

export const log = new Logger({ serviceName: "sluice" });
