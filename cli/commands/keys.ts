import { type Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { tenantNamePattern } from "../../lambdas/contract/callers.ts";
import type { IssuedKey } from "../../ops/api-keys.ts";
import { commandFor, localDeployment, ownKey, reach } from "../connection.ts";
import { asJson } from "../options.ts";
import { output, table } from "../output.ts";

const roles = ["tenant", "operator"] as const;

/** The description of --aws, as in all commands that call AWS. */
const onAws = "in the account and region of your AWS credentials";

export function addKeys(program: Command): void {
  // Not chained: each command belongs to the group, not to the previous command.
  const keys = program.command("keys").description("create, list and revoke API keys");
  addCreate(keys);
  addList(keys);
  addRevoke(keys);
}

function addCreate(keys: Command): void {
  keys
    .command("create")
    .description(
      "create a key for a tenant, in the local stack of `npm start` or in your AWS account",
    )
    .requiredOption(
      "--tenant <name>",
      "(required) the tenant whose documents the key reads and writes",
      tenantName,
    )
    .addOption(
      new Option(
        "--role <role>",
        "an operator's key also shows limits, breakers and metrics, and can pause intake for every tenant",
      )
        .choices(roles)
        .default("tenant"),
    )
    .option("--aws", onAws)
    .option("--json", asJson)
    .action(async ({ tenant, role, aws, json }) => {
      const out = output(json === true);
      const where = reach(aws === true);
      // Loaded on demand: the AWS clients take longer to load than most commands take to run.
      const { createKey } = await import("../deployment/keys.ts");
      const { id, apiKey, apiUrl: deployed } = await createKey(where, { tenant, role });
      const apiUrl = aws === true ? deployed : (localDeployment()?.api_url ?? deployed);
      out.result(`export SLUICE_API_URL=${apiUrl}\nexport SLUICE_API_KEY=${apiKey}`, {
        api_url: apiUrl,
        api_key: apiKey,
        id,
        tenant,
        role,
      });
      if (aws === true) {
        out.note(
          "AWS can refuse the new key with 403 for up to a minute, until it is known everywhere.",
        );
      }
      const end = commandFor(aws !== true, `keys revoke ${id}`);
      out.note(
        `The key is not shown again: only its hash is stored. To revoke it (id ${id}): ${end}`,
      );
    });
}

function addList(keys: Command): void {
  keys
    .command("list")
    .description("list the keys and their tenants, never their values")
    .option("--aws", onAws)
    .option("--json", asJson)
    .action(async ({ aws, json }) => {
      const out = output(json === true);
      const where = reach(aws === true);
      const { keysOf } = await import("../deployment/keys.ts");
      const issued = await keysOf(where);
      if (issued.length === 0) out.note("There are no API keys.");
      else if (out.json) for (const key of issued) out.result("", record(key));
      else out.result(table(issued.map(row)), issued);
    });
}

function record({ id, name, createdAt, caller }: IssuedKey) {
  return { id, name, created_at: createdAt, tenant: caller?.tenant, role: caller?.role };
}

function row({ id, name, createdAt = "", caller }: IssuedKey): string[] {
  const whose = caller === undefined ? ["no tenant", "refused"] : [caller.tenant, caller.role];
  return [id, name, createdAt.slice(0, 19), ...whose];
}

function addRevoke(keys: Command): void {
  keys
    .command("revoke")
    .description("take a key back: its next request is refused; its tenant's documents stay")
    .argument("<key>", "the key's id, or its name if no other key has the same name")
    .option("--yes", "also if it is the key that this command line uses")
    .option("--aws", onAws)
    .option("--json", asJson)
    .action(async (which, { yes, aws, json }) => {
      const out = output(json === true);
      const where = reach(aws === true);
      const { revoke } = await import("../deployment/keys.ts");
      const key = await revoke(where, which, yes === true ? undefined : ownKey());
      out.result(`Revoked ${key.name} (${key.id}).`, key);
    });
}

function tenantName(text: string): string {
  if (tenantNamePattern.test(text)) return text;
  throw new InvalidArgumentError(
    "The value must be 1 to 64 letters, digits, dots, dashes or underscores.",
  );
}
