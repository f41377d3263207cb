import { type Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { localDeployment, reach } from "../connection.ts";
import { asJson } from "../options.ts";
import { output } from "../output.ts";

const roles = ["tenant", "operator"] as const;

export function addKeys(program: Command): void {
  program
    .command("keys")
    .description("API keys")
    .command("create")
    .description("make a key for a tenant, in what `npm start` runs or in your AWS account")
    .requiredOption("--tenant <name>", "whose documents it reads and writes", tenantName)
    .addOption(
      new Option("--role <role>", "operator also sees limits, breakers and metrics")
        .choices(roles)
        .default("tenant"),
    )
    .option("--aws", "in the account and region of your AWS credentials")
    .option("--json", asJson)
    .action(async ({ tenant, role, aws, json }) => {
      const out = output(json === true);
      const where = reach(aws === true);
      // AWS's clients take longer to load than most commands take to run.
      const { createKey } = await import("../keys.ts");
      const { apiKey, apiUrl: deployed } = await createKey(where, { tenant, role });
      const apiUrl = aws === true ? deployed : (localDeployment()?.api_url ?? deployed);
      out.result(`export SLUICE_API_URL=${apiUrl}\nexport SLUICE_API_KEY=${apiKey}`, {
        api_url: apiUrl,
        api_key: apiKey,
        tenant,
        role,
      });
      out.note("It is not shown again: only its hash is stored.");
    });
}

function tenantName(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text)) return text;
  throw new InvalidArgumentError(
    "It must be up to 64 letters, digits, dots, dashes or underscores.",
  );
}
