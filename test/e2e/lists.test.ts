/** Lists, filters and several things at once, as a person sees them in the console. */
import { expect, inject, test } from "vitest";
import { createClient } from "../../cli/client.ts";
import { shoot } from "../support/browser.ts";
import { newKey } from "../support/deployment/app.ts";
import { scriptProvider } from "../support/deployment/console-stack.ts";
import {
  dropFiles,
  expectNoHorizontalScroll,
  expectRow,
  openConsole,
  openForEach,
} from "./console-page.ts";

const stack = inject("console");
const address = `${stack.url}/v1/console`;
const opened = openForEach(stack);

async function ingest(key: string, documents: Record<string, Record<string, unknown>>) {
  const client = createClient({ apiUrl: stack.apiUrl, apiKey: key });
  for (const [id, given] of Object.entries(documents)) {
    const { job_id } = await client.ingest({
      document_id: id,
      content_type: "text/markdown",
      text: `# ${id}\n\nThe harbour master wrote ${id} about the lock and its keeper.`,
      ...given,
    });
    for await (const job of client.watch(job_id)) {
      if (job.terminal && job.status !== "completed") throw new Error(`${id} ended ${job.status}.`);
    }
  }
}

test("several failed jobs are retried at once, and the list groups jobs by what they do", async () => {
  const { page } = opened();
  await openConsole(page, address, await newKey(stack));
  await scriptProvider(stack, { faults: [{ kind: "unauthorized", endpoint: "chat" }] });
  const names = ["one.md", "two.md", "three.md"];
  await dropFiles(
    page,
    names.map((name) => ({ name, text: `# ${name}\n\nThe lamp was lit at six.` })),
  );
  for (const name of names) await expectRow(page, name, /Failed/);
  await page.getByRole("heading", { name: /^Ended 3/ }).waitFor();
  // The light does not say "healthy" while every call gets 401.
  await page.getByText(/A model provider made .* your latest job, fail/).waitFor();
  await shoot(page, "failed-several");

  await scriptProvider(stack, {});
  await page.getByLabel("Select one.md").check();
  await page.getByText("1 selected").waitFor();
  await page.getByRole("button", { name: "Retry 1", exact: true }).click();
  await expectRow(page, "one.md", /Stored/);
  await page.getByRole("button", { name: "Retry all failed jobs" }).click();
  await page.getByText("2 jobs retried.").first().waitFor();
  for (const name of names) await expectRow(page, name, /Stored/);
  await page.getByText("All model providers are healthy").waitFor();
});

test("a drop of many files is one card that counts them, and leaving the page is asked about", async () => {
  const { page } = opened();
  await openConsole(page, address, await newKey(stack));
  await scriptProvider(stack, { latencyMs: { chat: 1_000 } });
  const asked: string[] = [];
  page.on("dialog", (dialog) => {
    asked.push(dialog.type());
    void dialog.dismiss();
  });
  await page.locator("h2", { hasText: "Drop documents anywhere" }).click();
  await dropFiles(page, [
    ...Array.from({ length: 8 }, (_, n) => ({ name: `gull-${n}.md`, text: `# Gull ${n}` })),
    { name: "archive.zip", text: "PK" },
  ]);
  await page.getByRole("heading", { name: /^\d+ of 9 sent, \d+ refused$/ }).waitFor();
  await page.getByText("Files of this type cannot be read").waitFor();
  await page.evaluate("location.reload()").catch(() => undefined);
  await expect.poll(() => asked, { timeout: 20_000 }).toEqual(["beforeunload"]);
  await shoot(page, "many-files");
  await page.setViewportSize({ width: 360, height: 740 });
  await expectNoHorizontalScroll(page);
  await page.setViewportSize({ width: 1280, height: 900 });
  for (let n = 0; n < 8; n += 1) await expectRow(page, `gull-${n}.md`, /Stored/);
});

test("documents are filtered by title, attribute and type, and several are deleted at once", async () => {
  const { page } = opened();
  const key = await newKey(stack);
  await ingest(key, {
    "harbour.md": { title: "Harbour rules", attributes: { year: 2025 } },
    "lock.md": { title: "Lock ledger", attributes: { year: 2026 } },
    "letter.txt": { title: "A letter", attributes: { year: 2026 }, content_type: "text/plain" },
  });
  await openConsole(page, address, key);
  await page.getByRole("link", { name: "Documents" }).click();
  const rows = page.locator(".documents > li");
  await expect.poll(() => rows.count()).toBe(3);
  const filter = page.getByLabel("Filter by title or attribute");
  await filter.fill("ledger");
  await expect.poll(() => rows.allTextContents()).toHaveLength(1);
  await filter.fill("year=2026");
  await expect.poll(() => rows.count()).toBe(2);
  await page.getByLabel("Filter by type").selectOption("plain text");
  await expect.poll(() => rows.count()).toBe(1);
  await filter.fill("nothing like it");
  await page.getByText("No document matches").waitFor();
  await filter.fill("");
  await page.getByLabel("Filter by type").selectOption("");

  await page.getByLabel("Select lock.md").check();
  await page.getByLabel("Select letter.txt").check();
  await page.getByRole("button", { name: "Delete 2" }).click();
  await page.getByRole("heading", { name: "Delete 2 documents?" }).waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect.poll(() => rows.count()).toBe(1);
});

test("the search follows its filters and its address, and says where a passage stands and why", async () => {
  const { page } = opened();
  const key = await newKey(stack);
  await ingest(key, {
    "harbour.md": { title: "Harbour rules", attributes: { year: 2025 } },
    "lock.md": { title: "Lock ledger", attributes: { year: 2026 } },
  });
  await openConsole(page, address, key);
  await page.goto(`${address}#/search?q=harbour+master`);
  const results = page.locator(".result");
  await expect.poll(() => results.count()).toBe(2);

  // A changed filter asks again by itself.
  await page.getByLabel("Attribute").fill("year=2026");
  await page.getByLabel("Attribute").press("Tab");
  await expect.poll(() => results.count()).toBe(1);
  expect(page.url()).toContain("attribute=year%3D2026");
  await page.goBack();
  await expect.poll(() => results.count()).toBe(2);
  expect(await page.getByLabel("Attribute").inputValue()).toBe("");

  // Documents are chosen by their titles.
  await page.getByLabel("In document").fill("Harbour rules");
  await page.getByLabel("In document").press("Enter");
  await expect.poll(() => results.count()).toBe(1);
  expect(page.url()).toContain("document=harbour.md");
  await results.getByText("Why this passage?").click();
  await results.getByText(/^Rank 1 by meaning \(cosine/).waitFor();
  await shoot(page, "search-why");
  await results.getByRole("link", { name: "chunk 0" }).click();
  await page.locator(".chunk.sought").waitFor();
});
