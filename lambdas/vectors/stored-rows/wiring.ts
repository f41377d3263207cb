/** Apart from the store's wiring: the native library is in the function that is asked. */
import { lambda } from "../../platform/clients.ts";
import { deployment } from "../../platform/deployment.ts";
import { log } from "../../platform/log.ts";
import { LambdaStoredRows } from "./lambda-stored-rows.ts";

export const storedRows = () =>
  new LambdaStoredRows(lambda(), deployment.resource("SEARCH_FUNCTION"), (error) =>
    log.warn("could not look for the stored rows", { error: error as Error }),
  );
