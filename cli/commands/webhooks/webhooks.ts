import type { Command } from "@commander-js/extra-typings";
import { Option } from "@commander-js/extra-typings";
import { type DeliveryAnswer, deliveryStatuses } from "../../../lambdas/contract/calls/webhooks.ts";
import { UsageError } from "../../errors.ts";
import { asJson, pageLimit } from "../../options.ts";
import { type Output, output, table } from "../../output.ts";
import { openClient } from "../../session.ts";
import { typed } from "../../typed-command.ts";

export function addWebhooks(program: Command): void {
  const webhooks = program
    .command("webhooks")
    .description("list the webhooks of jobs, send them again, show the secret that signs them");
  webhooks
    .command("list", { isDefault: true })
    .description("list webhooks, newest first, with why the last attempt failed")
    .addOption(new Option("--status <status>", "only these").choices(deliveryStatuses))
    .option("--limit <n>", "how many", pageLimit, 20)
    .option("--cursor <cursor>", "continue after the previous page")
    .option("--json", asJson)
    .action(async ({ json, ...query }) => {
      const out = output(json === true);
      const page = await openClient(out.note).deliveries(query);
      showDeliveries(page.deliveries, out);
      if (page.next_cursor !== undefined) out.note(`More results: --cursor ${page.next_cursor}`);
    });
  webhooks
    .command("replay")
    .description("send webhooks again")
    .argument("[delivery-id...]", "ids as `webhooks` lists them")
    .option("--failed", "all that failed for good")
    .option("--json", asJson)
    .action(async (ids, { failed = false, json }) => {
      const out = output(json === true);
      if (failed === ids.length > 0) throw new UsageError("Give delivery ids, or --failed.");
      const client = openClient(out.note);
      const wanted = failed ? await failedOnes() : ids;
      for (const id of wanted) {
        const delivery = await client.replayDelivery(id);
        out.result(`Sending ${id} to ${delivery.url}.`, delivery);
      }
      if (wanted.length === 0) out.note("No webhook has failed.");

      async function failedOnes(): Promise<string[]> {
        const found: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await client.deliveries({
            status: "failed",
            limit: 100,
            ...(cursor === undefined ? {} : { cursor }),
          });
          found.push(...page.deliveries.map(({ delivery_id }) => delivery_id));
          cursor = page.next_cursor;
        } while (cursor !== undefined);
        return found;
      }
    });
  webhooks
    .command("secret")
    .description("show the secret that signs your webhooks")
    .option("--rotate", "replace it; requests are signed with both for a day")
    .option("--json", asJson)
    .action(async ({ rotate = false, json }) => {
      const out = output(json === true);
      const answer = await openClient(out.note).webhookSecret({ rotate });
      out.result(answer.secret, answer);
      if (answer.previous_valid_until !== undefined) {
        out.note(`The secret before is valid until ${answer.previous_valid_until}.`);
      }
    });
}

function showDeliveries(deliveries: readonly DeliveryAnswer[], out: Output): void {
  if (out.json) for (const delivery of deliveries) out.result("", delivery);
  else if (deliveries.length === 0)
    out.note("There are no webhooks. Send documents with --callback-url.");
  else out.result(table(deliveries.map(row)), deliveries);
  if (!out.json && deliveries.some(({ status }) => status === "failed")) {
    out.note(`Send failed webhooks again: ${typed("webhooks replay --failed")}`);
  }
}

function row(delivery: DeliveryAnswer): string[] {
  const { delivery_id, type, status, attempts, created_at, url, last_error = "" } = delivery;
  const tries = attempts === 1 ? "1 attempt" : `${attempts} attempts`;
  return [created_at.slice(0, 19), delivery_id, type, status, tries, url, last_error];
}
