/** What a person sees while a provider is down. The last file of its project: see `vitest.config.ts`. */
import { inject, test } from "vitest";
import { shoot } from "../support/browser.ts";
import { newKey } from "../support/deployment/app.ts";
import { scriptProvider } from "../support/deployment/console-stack.ts";
import {
  dropFiles,
  expectNoHorizontalScroll,
  expectRow,
  openConsole,
  openForEach,
  patienceMs,
} from "./console-page.ts";

const stack = inject("console");
const opened = openForEach(stack);

test("a job that waits for a failing model says which call fails, how often and since when", async () => {
  const { page } = opened();
  const key = await newKey(stack, { tenant: "waiting", role: "operator" });
  await openConsole(page, `${stack.url}/v1/console`, key);
  await scriptProvider(stack, { faults: [{ kind: "server-error", endpoint: "chat" }] });
  const sections = Array.from(
    { length: 14 },
    (_, n) => `## Watch ${n}\n\n${"It rained. ".repeat(150)}`,
  );
  await dropFiles(page, [{ name: "storm.md", text: `# Storm\n\n${sections.join("\n\n")}` }]);
  await expectRow(page, "storm.md", /Waiting: the language model fails/);
  await page.locator(".light.down").waitFor();
  await page
    .getByText(/\d+ failures in a row since today/)
    .first()
    .waitFor();
  await shoot(page, "waiting-list");
  await page.getByRole("link", { name: "storm.md" }).click();
  await page.getByRole("heading", { name: "The language model fails" }).waitFor();
  await shoot(page, "waiting-job");
  await page.setViewportSize({ width: 360, height: 740 });
  await expectNoHorizontalScroll(page);
  await shoot(page, "waiting-job-360");
  await page.getByRole("button", { name: "Cancel storm.md" }).click();
  await page.locator(".badge", { hasText: "Cancelled" }).waitFor({ timeout: patienceMs });
});
