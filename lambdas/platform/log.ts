/** Structured logs, one JSON object per line. They never contain a document's text or a key. */
import { Logger } from "@aws-lambda-powertools/logger";

export const log = new Logger({ serviceName: "sluice" });
