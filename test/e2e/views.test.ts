/** What holds for every view: it fits, it can be used by everybody, and text stays text. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from "vitest";
import { createClient } from "../../cli/client.ts";
import { launchBrowser, openPage, shoot } from "../support/browser.ts";
import { newKey } from "../support/deployment/app.ts";
import { scriptProvider } from "../support/deployment/console-stack.ts";
import { enterKey, expectNoHorizontalScroll, openConsole, patienceMs } from "./console-page.ts";

const stack = inject("console");
const address = `${stack.url}/v1/console`;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const hostile = `<h1>Log</h1>
<script>window.ran = "script"</script>
<img src="x" onerror="window.ran = 'handler'">
<iframe srcdoc="<script>parent.ran = 'frame'</script>"></iframe>
<a href="javascript:window.ran='link'">lantern</a> </p></main>
`;

/** What is hard to fit and what must not run, as Markdown. */
const rich = `# Log

| Ship | Dues |
|---|---:|
| Aurora | 4.2 |

- **First** lantern
- [report](https://example.org/report) and [not a link](javascript:window.ran=1)

![a map](https://tracker.example/pixel.png)

<script>window.ran = "script"</script>

${"Donaudampfschifffahrtsgesellschaft".repeat(12)}
`;

let browser: Browser;
/** An operator's, so that every part of the console shows. */
let key: string;
const jobs: Record<"completed" | "failed", string> = { completed: "", failed: "" };

beforeAll(async () => {
  browser = await launchBrowser();
  key = await newKey(stack, { tenant: "views", role: "operator" });
  const client = createClient({ apiUrl: stack.apiUrl, apiKey: key });
  const ingest = async (id: string, text: string, end: keyof typeof jobs) => {
    const { job_id } = await client.ingest({
      document_id: id,
      title: id,
      text,
      content_type: id.endsWith(".md") ? "text/markdown" : "text/plain",
      attributes: { year: 2026 },
    });
    for await (const job of client.watch(job_id)) {
      if (job.terminal && job.status !== end) throw new Error(`${id} ended ${job.status}.`);
    }
    jobs[end] = job_id;
  };
  await scriptProvider(stack, {});
  await ingest("rich.md", rich, "completed");
  await ingest("hostile.html", hostile, "completed");
  await scriptProvider(stack, { faults: [{ kind: "unauthorized", endpoint: "chat" }] });
  await ingest("failing.txt", "The lamp went out at nine.", "failed");
  await scriptProvider(stack, {});
}, patienceMs * 2);
// Without a Chromium there is none to close.
afterAll(() => browser?.close());

interface View {
  readonly name: string;
  readonly fragment: () => string;
  readonly ready: (page: Page) => Promise<unknown>;
}

const views: readonly View[] = [
  {
    name: "pipeline",
    fragment: () => "#/",
    ready: (page) => page.getByRole("meter").first().waitFor(),
  },
  {
    name: "job",
    fragment: () => `#/jobs/${jobs.completed}`,
    ready: (page) => page.getByText("Embedded by").waitFor(),
  },
  {
    name: "failed-job",
    fragment: () => `#/jobs/${jobs.failed}`,
    ready: (page) => page.getByRole("heading", { name: "Failed in metadata" }).waitFor(),
  },
  {
    name: "documents",
    fragment: () => "#/documents",
    ready: (page) => page.getByRole("link", { name: "hostile.html", exact: true }).waitFor(),
  },
  {
    name: "document",
    fragment: () => "#/documents/hostile.html",
    ready: (page) => page.locator(".chunk").first().waitFor(),
  },
  {
    name: "document-markdown",
    fragment: () => "#/documents/rich.md?chunk=0",
    ready: (page) => page.locator(".markdown table").waitFor(),
  },
  {
    name: "search",
    fragment: () => "#/search?q=lantern",
    ready: (page) => page.locator("mark").first().waitFor(),
  },
];

/** Figures of progress that take more than a line: the figure over its percent sign. */
const brokenFigures = `[...document.querySelectorAll(".percent span")]
  .filter((span) => span.offsetHeight > 1.9 * parseFloat(getComputedStyle(span).fontSize))
  .map((span) => span.textContent)`;

async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const run = `axe.run().then(({ violations }) => violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => id + ": " + nodes.map(({ html, failureSummary }) => html.slice(0, 200) + " " + failureSummary).join(" | ")))`;
  return page.evaluate<string[]>(run);
}

describe.each([
  { colorScheme: "light", viewport: { width: 1280, height: 900 } },
  { colorScheme: "dark", viewport: { width: 1280, height: 900 } },
  { colorScheme: "light", viewport: { width: 360, height: 740 } },
  { colorScheme: "dark", viewport: { width: 360, height: 740 } },
] as const)("in $colorScheme at a width of $viewport.width", (look) => {
  test("every view fits, and axe has nothing serious to say of it", async () => {
    const { page, context, complaints, requested } = await openPage(browser, {
      ...look,
      reducedMotion: "reduce",
    });
    const found: string[] = [];
    const inspect = async (name: string) => {
      await shoot(page, `${name}-${look.colorScheme}-${look.viewport.width}`);
      await expectNoHorizontalScroll(page);
      found.push(...(await seriousFindings(page)).map((finding) => `${name}: ${finding}`));
    };
    await page.goto(address);
    await enterKey(page, "not_a_key");
    await page.getByRole("alert").waitFor();
    await inspect("key");
    await enterKey(page, key);
    await page.getByRole("heading", { name: "Jobs" }).waitFor();
    for (const { name, fragment, ready } of views) {
      await page.goto(address + fragment());
      await ready(page);
      await inspect(name);
      expect(await page.evaluate(brokenFigures)).toEqual([]);
    }
    await page.goto(`${address}#/documents`);
    await page.getByRole("button", { name: "Delete hostile.html" }).click();
    await page.getByRole("dialog").waitFor();
    await inspect("delete-dialog");
    await page.keyboard.press("Escape");
    const operator = createClient({ apiUrl: stack.apiUrl, apiKey: key });
    await operator.intake({ paused: true, reason: "The search index is rebuilt" });
    onTestFinished(() => operator.intake({ paused: false }).then(() => undefined));
    await page.goto(`${address}#/`);
    await page.getByText("Intake is paused").waitFor();
    await inspect("paused");
    await context.close();
    expect(found).toEqual([]);
    expect(complaints).toEqual([]);
    const elsewhere = requested.filter((url) => !url.startsWith(stack.url));
    expect(elsewhere).toEqual([]);
  });
});

test("a document of HTML with scripts is shown as text, and nothing in it runs", async () => {
  const { page, context, complaints } = await openPage(browser);
  await openConsole(page, address, key);
  for (const view of ["#/documents/hostile.html", "#/search?q=lantern"]) {
    await page.goto(address + view);
    const passage = page.locator(".passage").first();
    await passage.waitFor();
    await page
      .locator(".folded + button")
      .click({ timeout: 500 })
      .catch(() => undefined);
    const shown = await passage.textContent();
    expect(shown).toContain(`<script>window.ran = "script"</script>`);
    expect(shown).toContain(`onerror="window.ran = 'handler'"`);
    expect(await page.locator("main :is(script, img, iframe, [href^='javascript'])").count()).toBe(
      0,
    );
  }
  expect(await page.evaluate("window.ran")).toBeUndefined();
  expect(complaints).toEqual([]);
  await context.close();
});

test("Markdown is rendered, and nothing in it runs, loads or leads astray", async () => {
  const { page, context, complaints, requested } = await openPage(browser);
  await openConsole(page, address, key);
  await page.goto(`${address}#/documents/rich.md`);
  const passage = page.locator(".markdown").first();
  await passage.locator("table").waitFor();
  const links = `[...document.querySelectorAll(".markdown a")].map(({ href }) => href)`;
  expect(await page.evaluate(links)).toEqual(["https://example.org/report"]);
  expect(await passage.textContent()).toContain(`<script>window.ran = "script"</script>`);
  expect(await page.locator("main :is(script, img, iframe)").count()).toBe(0);
  expect(requested.filter((url) => url.includes("tracker"))).toEqual([]);
  await page.getByRole("button", { name: "Show as text" }).click();
  await page.locator(".passage", { hasText: "| Aurora | 4.2 |" }).waitFor();
  expect(await page.evaluate("window.ran")).toBeUndefined();
  expect(complaints).toEqual([]);
  await context.close();
});

test("even a slip of the page's own could not make text run: the browser refuses it", async () => {
  const { page, context } = await openPage(browser);
  await openConsole(page, address, key);
  const slip = `(() => { try { document.body.innerHTML = "<b>"; return "written"; } catch (error) { return error.name; } })()`;
  expect(await page.evaluate(slip)).toBe("TypeError");
  await context.close();
});

test("a tenant's key shows the queue without the operator's details", async () => {
  const { page, context, complaints } = await openPage(browser);
  await openConsole(page, address, await newKey(stack));
  await page.getByText("Only an operator's key shows limits").waitFor();
  expect(await page.getByRole("meter").count()).toBe(0);
  await context.close();
  expect(complaints).toEqual([]);
});

test("everything is reached by keyboard alone, and the focus goes with the view", async () => {
  const { page, context } = await openPage(browser);
  await openConsole(page, address, key);
  const focused = () =>
    page.evaluate<string>(
      "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent.trim()",
    );
  await page.locator("body").click({ position: { x: 2, y: 2 } });
  const reached: string[] = [];
  for (let n = 0; n < 40; n += 1) {
    await page.keyboard.press("Tab");
    reached.push(await focused());
  }
  expect(reached).toEqual(
    expect.arrayContaining([
      "Skip to the content",
      "Pipeline",
      "Documents",
      "Search",
      "Forget key",
      "Choose files",
      "failing.txt",
      "Retry failing.txt",
      "hostile.html",
    ]),
  );
  await page.getByRole("link", { name: "Documents" }).focus();
  await page.keyboard.press("Enter");
  // The link has the heading's very text: only the element tells that the focus has moved on.
  const focusedElement = () =>
    page.evaluate<string>(
      "`${document.activeElement.tagName} ${document.activeElement.textContent.trim()}`",
    );
  await expect.poll(focusedElement).toBe("H1 Documents");
  await context.close();
});

test("the page works under the emulator's own long address as well", async () => {
  const { page, context, complaints } = await openPage(browser);
  await openConsole(page, `${stack.apiUrl}/console`, key);
  await page.getByRole("link", { name: "hostile.html" }).waitFor();
  await context.close();
  expect(complaints).toEqual([]);
});

test("the first view is painted soon after it is asked for", async () => {
  const paint = `new Promise((resolve) => new PerformanceObserver((list) => {
    const entry = list.getEntriesByName("first-contentful-paint")[0];
    if (entry) resolve(entry.startTime);
  }).observe({ type: "paint", buffered: true }))`;
  const times: number[] = [];
  for (let n = 0; n < 3; n += 1) {
    const { page, context } = await openPage(browser);
    await page.goto(address);
    await page.getByLabel("API key").waitFor();
    times.push(Math.round(await page.evaluate<number>(paint)));
    await context.close();
  }
  const best = Math.min(...times);
  console.log(`First contentful paint: ${times.join(", ")} ms (budget 1,000 ms)`);
  // Ten times the budget: what fails here is not a busy machine.
  expect(best).toBeLessThan(10_000);
});
