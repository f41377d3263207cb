/** Debian's Chromium, driven by Playwright; the page's own complaints are kept. */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from "playwright-core";

const executablePath = "/usr/bin/chromium";
/** Kept as output of CI. */
const shotsFolder = join(import.meta.dirname, "../../test-results/screenshots");

/** @throws Error when there is no browser: these tests are never skipped */
export async function launchBrowser(): Promise<Browser> {
  if (!existsSync(executablePath)) {
    throw new Error(
      `There is no Chromium at ${executablePath}, which the browser tests drive. On Debian: apt-get update && apt-get install -y chromium`,
    );
  }
  mkdirSync(shotsFolder, { recursive: true });
  return chromium.launch({
    executablePath,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

export interface OpenPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Script errors and what the content security policy refused. */
  readonly complaints: string[];
  /** URLs of every request of the page. */
  readonly requested: string[];
}

export async function openPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  // Functions of an emulator on a busy machine take their time.
  page.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  const requested: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    // Refused calls are part of what is tested.
    const refused = message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !refused) complaints.push(message.text());
  });
  page.on("request", (request) => requested.push(request.url()));
  return { page, context, complaints, requested };
}

/** A picture of what is in the window. */
export async function shootWindow(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(shotsFolder, `${name}.png`) });
}

/** A picture of the whole page, for people. */
export async function shoot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(shotsFolder, `${name}.png`), fullPage: true });
}
