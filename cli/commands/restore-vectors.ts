import { type Command, InvalidArgumentError } from "@commander-js/extra-typings";
import { oldVersionDays } from "../../lambdas/contract/retention.ts";
import { reach } from "../connection.ts";
import { asJson } from "../options.ts";
import { output } from "../output.ts";

export function addRestoreVectors(program: Command): void {
  program
    .command("restore-vectors")
    .description(`return the stored vectors to an earlier time, at most ${oldVersionDays} days ago`)
    .requiredOption("--at <time>", "(required) the time, for example 2026-01-31T12:00:00Z", timeOf)
    .option("--aws", "in the account and region of your AWS credentials")
    .option("--json", asJson)
    .addHelpText(
      "after",
      "\nPause intake and let running jobs end first: docs/runbooks/restore.md describes all steps.",
    )
    .action(async ({ at, aws, json }) => {
      const out = output(json === true);
      const where = reach(aws === true);
      // Loaded on demand: the AWS clients take longer to load than most commands take to run.
      const { restoreVectors } = await import("../deployment/restore.ts");
      const done = await restoreVectors(where, at);
      const { restored, removed, untouched } = done;
      out.result(
        `Restored ${restored} files, removed ${removed} newer ones, left ${untouched} as they are.`,
        done,
      );
    });
}

function timeOf(text: string): Date {
  const time = new Date(text);
  if (Number.isNaN(time.getTime()) || !/T.*(Z|[+-]\d\d:\d\d)$/.test(text)) {
    throw new InvalidArgumentError("The value must be a time such as 2026-01-31T12:00:00Z.");
  }
  const agoMs = Date.now() - time.getTime();
  if (agoMs < 0) throw new InvalidArgumentError("The time must not be in the future.");
  if (agoMs <= oldVersionDays * 86_400_000) return time;
  // Files of before are gone, and all that were written since would be deleted.
  throw new InvalidArgumentError(
    `The bucket keeps old versions for ${oldVersionDays} days only, so what it held then cannot be brought back. Choose a later time, or a copy of AWS Backup: docs/runbooks/restore.md.`,
  );
}
