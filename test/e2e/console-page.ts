/** What a person does in the console, by what a person sees of it. */
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, type ProvidedContext } from "vitest";
import { launchBrowser, type OpenPage, openPage } from "../support/browser.ts";
import { scriptProvider } from "../support/deployment/console-stack.ts";

export interface TestFile {
  readonly name: string;
  readonly text: string;
}

/**
 * A browser for the tests of a file, and for each of them a new page, which has to end clean.
 * @returns the page of the test that runs
 */
export function openForEach(stack: ProvidedContext["console"]): () => OpenPage {
  let browser: Browser;
  let opened: OpenPage;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  // Without a Chromium there is none to close.
  afterAll(() => browser?.close());
  beforeEach(async () => {
    await scriptProvider(stack, {});
    opened = await openPage(browser, { viewport: { width: 1280, height: 900 } });
  });
  afterEach(async () => {
    await opened.context.close();
    expectClean(opened);
  });
  return () => opened;
}

/** Jobs through an emulator on a machine with two busy cores. */
export const patienceMs = 90_000;

export async function enterKey(page: Page, key: string): Promise<void> {
  await page.getByLabel("API key").fill(key);
  await page.getByRole("button", { name: "Open the console" }).click();
}

/** Opens the console with a key, and waits for the first view. */
export async function openConsole(page: Page, url: string, key: string): Promise<void> {
  await page.goto(url);
  await enterKey(page, key);
  await page.getByRole("heading", { name: "Jobs" }).waitFor();
}

/** As a person drops files onto the page: by the events of a drag. */
export async function dropFiles(page: Page, files: readonly TestFile[]): Promise<void> {
  const drag = `(() => {
    const data = new DataTransfer();
    for (const { name, text } of ${JSON.stringify(files)}) {
      data.items.add(new File([text], name));
    }
    const zone = document.querySelector(".drop");
    for (const type of ["dragenter", "dragover", "drop"]) {
      zone.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data }));
    }
  })()`;
  await page.evaluate(drag);
}

/** The row of a document's newest job. */
export function jobRow(page: Page, documentId: string): Locator {
  return page.locator(".job", { has: page.getByRole("link", { name: documentId, exact: true }) });
}

/** Waits until a document's newest job says something. */
export async function expectRow(page: Page, documentId: string, text: RegExp): Promise<void> {
  await jobRow(page, documentId).first().getByText(text).first().waitFor({ timeout: patienceMs });
}

/** Nothing failed in the page, nothing was refused to it, and no key was ever in an address. */
function expectClean({ complaints, requested }: OpenPage): void {
  expect(complaints).toEqual([]);
  expect(requested.filter((url) => url.includes("key="))).toEqual([]);
}

export async function expectNoHorizontalScroll(page: Page): Promise<void> {
  const widths = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]";
  const [content, window] = await page.evaluate<[number, number]>(widths);
  expect(content, `at ${page.url()}`).toBeLessThanOrEqual(window);
}
