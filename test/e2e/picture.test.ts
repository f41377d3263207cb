/** The picture of README: the console while the examples are on their way. `npm run picture` keeps it. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { repository } from "../../ops/paths.ts";
import { launchBrowser, openPage, shootWindow } from "../support/browser.ts";
import { newKey } from "../support/deployment/app.ts";
import { scriptProvider } from "../support/deployment/console-stack.ts";
import { expectRow, jobRow, openConsole, patienceMs } from "./console-page.ts";

const stack = inject("console");
const examples = join(repository, "examples");

test("the examples are seen on their way: some stored, some running, some waiting", async () => {
  const browser = await launchBrowser();
  try {
    const { page, context } = await openPage(browser, {
      viewport: { width: 1280, height: 860 },
      reducedMotion: "reduce",
    });
    const key = await newKey(stack, { tenant: "picture", role: "operator" });
    await openConsole(page, `${stack.url}/v1/console`, key);
    await scriptProvider(stack, {});
    const files = page.getByLabel("Files to send");
    const first = ["incident-review.md", "winter-closure.docx"];
    await files.setInputFiles(first.map((name) => join(examples, name)));
    for (const name of first) await expectRow(page, name, /Stored/);

    await scriptProvider(stack, { latencyMs: { chat: 2_500, embeddings: 800 } });
    const rest = readdirSync(examples).filter((name) => !first.includes(name));
    await files.setInputFiles(rest.map((name) => join(examples, name)));
    await page.getByRole("heading", { name: /^Running 3/ }).waitFor({ timeout: patienceMs });
    await page.getByRole("heading", { name: /^Waiting \d/ }).waitFor();
    await expect
      .poll(() => page.locator(".outbox").count(), { timeout: patienceMs, interval: 200 })
      .toBe(0);
    await expect
      .poll(
        () =>
          page.evaluate<number>(
            `Math.max(0, ...[...document.querySelectorAll(".job.processing .percent progress")].map(({ value }) => value))`,
          ),
        { timeout: patienceMs, interval: 200 },
      )
      .toBeGreaterThan(20);
    await page.locator("body").click({ position: { x: 2, y: 2 } });
    await shootWindow(page, "console");
    await scriptProvider(stack, {});
    for (const name of rest)
      await jobRow(page, name)
        .getByText(/Stored/)
        .first()
        .waitFor({ timeout: patienceMs });
    await context.close();
  } finally {
    await browser.close();
  }
});
