import { type Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import type { IssuedKey } from "../../ops/api-keys.ts";
import { localDeployment, reach } from "../connection.ts";
import { asJson } from "../options.ts";
import { output, table } from "../output.ts";

const roles = ["tenant", "operator"] as const;

/** Like all that calls AWS itself. */
const onAws = "in the account and region of your AWS credentials";

export function addKeys(program: Command): void {
  // Not in one chain: each command belongs to the group, and not to the one before.
  const keys = program.command("keys").description("make, list and revoke API keys");
  addCreate(keys);
  addList(keys);
  addRevoke(keys);
}

function addCreate(keys: Command): void {
  keys
    .command("create")
    .description("make a key for a tenant, in what `npm start` runs or in your AWS account")
    .requiredOption("--tenant <name>", "(required) whose documents it reads and writes", tenantName)
    .addOption(
      new Option(
        "--role <role>",
        "operator also sees limits, breakers and metrics, and may pause intake for every tenant",
      )
        .choices(roles)
        .default("tenant"),
    )
    .option("--aws", onAws)
    .option("--json", asJson)
    .action(async ({ tenant, role, aws, json }) => {
      const out = output(json === true);
      const where = reach(aws === true);
      // AWS's clients take longer to load than most commands take to run.
      const { createKey } = await import("../deployment/keys.ts");
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

function addList(keys: Command): void {
  keys
    .command("list")
    .description("show the keys and whose they are, never their values")
    .option("--aws", onAws)
    .option("--json", asJson)
    .action(async ({ aws, json }) => {
      const out = output(json === true);
      const where = reach(aws === true);
      const { keysOf } = await import("../deployment/keys.ts");
      const issued = await keysOf(where);
      if (issued.length === 0) out.note("There are none.");
      else if (out.json) for (const key of issued) out.result("", record(key));
      else out.result(table(issued.map(row)), issued);
    });
}

function record({ id, name, createdAt, caller }: IssuedKey) {
  return { id, name, created_at: createdAt, tenant: caller?.tenant, role: caller?.role };
}

function row({ id, name, createdAt = "", caller }: IssuedKey): string[] {
  const whose = caller === undefined ? ["of no tenant", "refused"] : [caller.tenant, caller.role];
  return [id, name, createdAt.slice(0, 19), ...whose];
}

function addRevoke(keys: Command): void {
  keys
    .command("revoke")
    .description("take a key back: its next request is refused; its tenant's documents stay")
    .argument("<key>", "its id, or its name if no other key has that")
    .option("--aws", onAws)
    .option("--json", asJson)
    .action(async (which, { aws, json }) => {
      const out = output(json === true);
      const where = reach(aws === true);
      const { revoke } = await import("../deployment/keys.ts");
      const key = await revoke(where, which);
      out.result(`Revoked ${key.name} (${key.id}).`, key);
    });
}

function tenantName(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text)) return text;
  throw new InvalidArgumentError(
    "It must be up to 64 letters, digits, dots, dashes or underscores.",
  );
}
