/** The way of documents, as a person sees it in the console. */
import { expect, inject, test } from "vitest";
import { createClient } from "../../cli/client.ts";
import { shoot } from "../support/browser.ts";
import { newKey } from "../support/deployment/app.ts";
import { maxActive, maxQueued, scriptProvider } from "../support/deployment/console-stack.ts";
import {
  dropFiles,
  enterKey,
  expectRow,
  jobRow,
  openConsole,
  openForEach,
  patienceMs,
} from "./console-page.ts";

const stack = inject("console");
const address = `${stack.url}/`;
const opened = openForEach(stack);

const bridge = `# The bridge

## Costs

The bridge over the northern channel cost 4.2 million euros, most of it for the lifting gear.

## Keepers

Two keepers live beside it. They open it for every ship that is taller than twelve metres.
`;

test("three dropped files become jobs that complete, and are found", async () => {
  const { page } = opened();
  await openConsole(page, address, await newKey(stack));
  await scriptProvider(stack, { latencyMs: { chat: 400, embeddings: 200 } });
  await dropFiles(page, [
    { name: "bridge.md", text: bridge },
    { name: "harbour.txt", text: "The harbour has nine cranes and a fish market." },
    { name: "island.md", text: "# Island\n\nNobody lives on the island but gulls." },
  ]);
  for (const name of ["bridge.md", "harbour.txt", "island.md"]) {
    await expectRow(page, name, /Stored, \d+ chunk/);
    const progress = jobRow(page, name).getByRole("progressbar");
    expect(await progress.getAttribute("value")).toBe("100");
  }
  await shoot(page, "three-completed");

  await page.getByRole("link", { name: "Search", exact: true }).click();
  await page.getByRole("searchbox").fill("what did the bridge cost");
  await page.getByRole("searchbox").press("Enter");
  const result = page.locator(".result", { hasText: "4.2 million euros" });
  await result.waitFor();
  const marks = await result.locator("mark").allTextContents();
  expect(new Set(marks.map((word) => word.toLowerCase()))).toEqual(
    new Set(["bridge", "cost", "costs"]),
  );
  await shoot(page, "search");

  await page.getByLabel("In document").fill("island.md");
  await page.getByRole("button", { name: "Search", exact: true }).click();
  // Until the answer comes, that of the last question stands.
  await expect.poll(() => page.locator(".result").allTextContents()).toHaveLength(1);
  await page.locator(".result", { hasText: "gulls" }).waitFor();

  await page.getByRole("link", { name: "Documents" }).click();
  await page.getByRole("link", { name: "bridge", exact: true }).click();
  await page.locator(".chunk").first().getByText("English").waitFor();
  await shoot(page, "document");
});

test("a running job is cancelled, and a deleted document is gone", async () => {
  const { page } = opened();
  await openConsole(page, address, await newKey(stack));
  await dropFiles(page, [{ name: "keeper.md", text: "# Keeper\n\nThe keeper is called Ada." }]);
  await expectRow(page, "keeper.md", /Stored/);

  await scriptProvider(stack, { latencyMs: { chat: 8_000 } });
  await dropFiles(page, [{ name: "slow.md", text: "# Slow\n\nThis one takes its time." }]);
  await page.getByRole("button", { name: "Cancel slow.md" }).click();
  await expectRow(page, "slow.md", /Cancelled/);
  await page.getByRole("button", { name: "Retry slow.md" }).waitFor();
  await shoot(page, "cancelled");

  await page.getByRole("link", { name: "Documents" }).click();
  await page.getByRole("button", { name: "Delete keeper.md" }).click();
  const dialog = page.getByRole("dialog");
  // It opens a moment after the click; a key pressed before goes to the page.
  await dialog.waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await page.getByRole("link", { name: "keeper", exact: true }).waitFor();
  await page.getByRole("button", { name: "Delete keeper.md" }).click();
  await shoot(page, "delete");
  await dialog.getByRole("button", { name: "Delete" }).click();
  await page.getByText("No documents are stored yet").waitFor();
});

test("a failed job says why and what to do, and completes when it is retried", async () => {
  const { page } = opened();
  await openConsole(page, address, await newKey(stack));
  await scriptProvider(stack, { faults: [{ kind: "unauthorized", endpoint: "chat" }] });
  await dropFiles(page, [{ name: "notes.md", text: "# Notes\n\nThe lamp was lit at six." }]);
  await expectRow(page, "notes.md", /Failed/);
  await jobRow(page, "notes.md").getByRole("link").click();
  await page.getByRole("heading", { name: "Failed in metadata" }).waitFor();
  await page.getByText("Correct the settings, deploy, then retry").waitFor();
  await shoot(page, "failed");

  await scriptProvider(stack, {});
  await page.getByRole("button", { name: "Retry notes.md" }).click();
  await page.locator(".badge", { hasText: "Stored" }).waitFor({ timeout: patienceMs });
  await shoot(page, "retried");
});

test("a full queue is told with the wait, and the file is sent by itself when there is room", async () => {
  const { page } = opened();
  const key = await newKey(stack);
  await openConsole(page, address, key);
  // Until the script is replaced; shorter than a call may take.
  await scriptProvider(stack, { latencyMs: { chat: 28_000 } });
  const names = Array.from({ length: maxActive + maxQueued + 1 }, (_, n) => `ship-${n}.md`);
  await dropFiles(
    page,
    names.map((name) => ({ name, text: `# ${name}\n\nA ship passed the bridge.` })),
  );
  const held = page.getByText(/The queue is full\. 1 waiting to be sent\./);
  await held.waitFor();
  expect(await held.textContent()).toMatch(/Sending continues in \d+ s/);
  await shoot(page, "queue-full");

  await scriptProvider(stack, {});
  await expect.poll(() => page.locator(".outbox").count(), { timeout: patienceMs }).toBe(0);
  for (const name of names) await expectRow(page, name, /Stored/);
});

test("a file over 4 MB is uploaded to the store, and becomes a job", async () => {
  const { page, requested } = opened();
  await openConsole(page, address, await newKey(stack));
  await scriptProvider(stack, { latencyMs: { chat: 8_000, embeddings: 8_000 } });
  // More chunks than a job may have: the upload is what is tested.
  const text = "The lamp was lit at six. ".repeat(180_000);
  await page.getByLabel("Files to send").setInputFiles({
    name: "large.md",
    mimeType: "text/markdown",
    buffer: Buffer.from(text),
  });
  await jobRow(page, "large.md").waitFor();
  expect(requested.some((url) => url.includes("/uploads/"))).toBe(true);
  const cancel = page.getByRole("button", { name: "Cancel large.md" });
  if ((await cancel.count()) > 0) await cancel.click();
});

test("the page shows a job's progress no later than two seconds after the record has it", async () => {
  const { page } = opened();
  const key = await newKey(stack);
  const client = createClient({ apiUrl: stack.apiUrl, apiKey: key });
  await openConsole(page, address, key);
  await scriptProvider(stack, { latencyMs: { chat: 1_000, embeddings: 700 } });
  const watching = `(() => {
    window.seen = [];
    const look = () => {
      const shown = document.querySelector("[data-progress]")?.getAttribute("data-progress");
      if (shown && Number(shown) !== window.seen.at(-1)?.progress) {
        window.seen.push({ progress: Number(shown), atMs: Date.now() });
      }
    };
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
  })()`;
  await page.evaluate(watching);
  // Long enough to share no chunk: more than a quarter of 64 tokens.
  const sections = Array.from(
    { length: 40 },
    (_, n) => `## Part ${n}\n\nShip ${n} passed the outer mark at dawn, and nobody was on deck.\n`,
  );
  const accepted = await client.ingest({
    document_id: "long.md",
    content_type: "text/markdown",
    text: `# Log\n\n${sections.join("\n")}`,
    options: { chunking: { max_tokens: 64, overlap_tokens: 0 } },
  });

  const recorded: { progress: number; atMs: number }[] = [];
  let slowestCallMs = 0;
  for (let job = await client.job(accepted.job_id); ; job = await client.job(accepted.job_id)) {
    const atMs = Date.now();
    if (job.progress !== recorded.at(-1)?.progress) {
      recorded.push({ progress: job.progress, atMs });
    }
    if (job.terminal) break;
    const askedAt = Date.now();
    await client.health();
    slowestCallMs = Math.max(slowestCallMs, Date.now() - askedAt);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await page.locator('[data-progress="100"]').waitFor({ timeout: patienceMs });
  const seen = await page.evaluate<{ progress: number; atMs: number }[]>("window.seen");

  const lags = recorded
    .filter(({ progress }) => progress > 0)
    .map(({ progress, atMs }) => {
      const shown = seen.find((one) => one.progress >= progress);
      return shown === undefined ? Number.POSITIVE_INFINITY : Math.max(0, shown.atMs - atMs);
    });
  const worst = Math.max(...lags);
  console.log(
    `Progress in the page: ${lags.length} changes, at most ${worst} ms behind the record; the slowest call took ${slowestCallMs} ms.`,
  );
  expect(lags.length).toBeGreaterThan(2);
  // The page can know no sooner than the API answers: it asks for the health, then for
  // the jobs. Beyond that it has two seconds.
  expect(worst).toBeLessThanOrEqual(2_000 + 2 * slowestCallMs);
  const falls = seen.filter(({ progress }, n) => progress < (seen[n - 1]?.progress ?? 0));
  expect(falls).toEqual([]);
});

test("a wrong key is explained, and the right one opens the console until it is forgotten", async () => {
  const { page } = opened();
  await page.goto(address);
  await enterKey(page, "sluice_wrong_key_of_some_length");
  const alert = page.getByRole("alert");
  await alert.waitFor();
  expect(await alert.textContent()).toContain("This API key is not valid.");
  expect(await page.getByLabel("API key").getAttribute("aria-invalid")).toBe("true");
  await shoot(page, "wrong-key");

  await enterKey(page, await newKey(stack));
  await page.getByText("No jobs yet").waitFor();
  await page.reload();
  await page.getByText("No jobs yet").waitFor();
  await page.getByRole("button", { name: "Forget key" }).click();
  await page.getByLabel("API key").waitFor();
  await page.reload();
  await page.getByLabel("API key").waitFor();
});

test("the address that npm start prints opens the console, and keeps no key in it", async () => {
  const { page } = opened();
  await page.goto(`${address}#key=${await newKey(stack)}`);
  await page.getByText("No jobs yet").waitFor();
  expect(page.url()).toBe(`${stack.url}/v1/console#/`);
});
