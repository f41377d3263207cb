import type { Command } from "@commander-js/extra-typings";
import { commandFor, reach } from "../connection.ts";
import { asJson, wholeNumber } from "../options.ts";
import { output } from "../output.ts";

export function addDeadLetters(program: Command): void {
  program
    .command("dead-letters")
    .description("list wake-ups that failed five times, or send them again")
    .option("--replay", "move them back to the jobs queue")
    .option("--limit <n>", "maximum number of messages", wholeNumber, 1_000)
    .option("--aws", "in the account and region of your AWS credentials")
    .option("--json", asJson)
    .action(async ({ replay = false, limit, aws = false, json }) => {
      const out = output(json === true);
      const where = reach(aws);
      // Loaded on demand: the AWS clients take longer to load than most commands take to run.
      const { eachDeadLetter } = await import("../deployment/dead-letters.ts");
      const count = await eachDeadLetter(where, { limit, replay }, ({ id, body, sentAt = "" }) => {
        out.result(`${sentAt.slice(0, 19)}  ${id}  ${body}`, {
          message_id: id,
          sent_at: sentAt,
          body,
          replayed: replay,
        });
      });
      if (count === 0) out.note("There are no dead letters.");
      else if (replay) out.note(`Moved ${count} back to the jobs queue.`);
      else {
        const replaying = commandFor(!aws, "dead-letters --replay");
        out.note(`Found ${count}. Send them again once dispatch works: ${replaying}`);
      }
    });
}
