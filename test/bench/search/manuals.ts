/**
 * Documents and questions that others wrote: manual pages of this machine. The line by which a
 * page is listed in the index ("list directory contents") is the question, and is taken out of
 * the page; the page it belongs to is the right answer.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { environment } from "../../../lambdas/platform/environment.ts";

export interface Manual {
  readonly id: string;
  readonly title: string;
  /** Markdown. */
  readonly text: string;
  readonly question: string;
}

const folder = "/usr/share/man/man1";
const sizes = { least: 3_000, most: 25_000 };

/** @param count fewer, where the machine has fewer pages */
export function manuals(count: number): Manual[] {
  const chosen: Manual[] = [];
  const questions = new Set<string>();
  const hash = (name: string) => createHash("sha256").update(name).digest("hex");
  // The same pages each time, from all of the alphabet; links are the page they lead to.
  const files = readdirSync(folder)
    // Thousands of pages of one tool, whose names are nearly their descriptions.
    .filter((name) => !name.startsWith("gcloud") && lstatSync(join(folder, name)).isFile())
    .toSorted((a, b) => hash(a).localeCompare(hash(b)));
  for (const file of files) {
    if (chosen.length === count) break;
    const page = read(join(folder, file), file.replace(/\.gz$/, ""));
    if (page === undefined || questions.has(page.question)) continue;
    questions.add(page.question);
    chosen.push(page);
  }
  return chosen;
}

function read(path: string, name: string): Manual | undefined {
  let text: string;
  try {
    const options = { encoding: "utf8", maxBuffer: 16 * 1_024 ** 2 } as const;
    const env = {
      ...environment,
      MANWIDTH: "100",
      MAN_KEEP_FORMATTING: undefined,
      LC_ALL: "C.UTF-8",
    };
    text = execFileSync("man", ["--no-hyphenation", "--no-justification", path], {
      ...options,
      env,
      stdio: ["ignore", "pipe", "ignore"],
    });
  } catch {
    return undefined;
  }
  const lines = text.split("\n");
  const sections = lines.flatMap((line, i) => (/^[A-Z][A-Z -]+$/.test(line) ? [i] : []));
  const [first, second] = sections;
  if (first === undefined || second === undefined || lines[first] !== "NAME") return undefined;
  const listed = lines
    .slice(first + 1, second)
    .join(" ")
    .replaceAll(/\s+/g, " ");
  const question = / [-–—] (.+)$/.exec(listed.trim())?.[1]?.trim() ?? "";
  if (question.split(" ").length < 3) return undefined;
  // Its last line names the page once more.
  const body = lines.slice(second, -2).map(asMarkdown).join("\n").trim();
  if (body.length < sizes.least || body.length > sizes.most) return undefined;
  return { id: name, title: name.replace(/\.\d\w*$/, ""), text: body, question };
}

function asMarkdown(line: string): string {
  if (/^[A-Z][A-Z -]+$/.test(line)) return `\n## ${line}\n`;
  if (/^ {3}[A-Z]\S*( \S+){0,6}$/.test(line)) return `\n### ${line.trim()}\n`;
  // Indented text would be code.
  return line.trim();
}
