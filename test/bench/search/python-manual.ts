/**
 * Documents and questions of Python's manual (`apt-get install python3-doc`): the pages of modules
 * with their lines in the module index, and the answers of its FAQs with their questions.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defaultBounds } from "../../../lambdas/pipeline/extract/bounds.ts";
import { readDocument } from "../../../lambdas/pipeline/extract/read.ts";
import type { Manual } from "./manuals.ts";

const sizes = { least: 300, most: 25_000 };

/** Where Debian's packages put it, newest first. @param root for packages that were unpacked elsewhere */
export function pythonManual(root: string): string | undefined {
  const docs = join(root, "usr/share/doc");
  if (!existsSync(docs)) return undefined;
  return readdirSync(docs)
    .filter((name) => /^python3\.\d+$/.test(name))
    .map((name) => join(docs, name, "html"))
    .filter((folder) => existsSync(join(folder, "py-modindex.html")))
    .toSorted()
    .at(-1);
}

/** The page of each module, whose title loses what the index says of it. */
export async function modulePages(folder: string): Promise<Manual[]> {
  const index = readFileSync(join(folder, "py-modindex.html"), "utf8");
  const entries = index.matchAll(
    /<a href="library\/([\w.]+\.html)#module-[^"]*"><code class="xref">([\w.]+)<\/code><\/a>[\s\S]*?<em>([\s\S]*?)<\/em>/g,
  );
  const pages = new Map<string, Manual>();
  for (const [, file = "", name = "", listed = ""] of entries) {
    // Modules of a package share its page.
    if (file !== `${name}.html`) continue;
    const question = withoutMarkup(listed);
    if (question.split(" ").length < 3) continue;
    const markdown = await read(join(folder, "library", file));
    const text = markdown.replace(/^# .*\n/, "").trim();
    if (text.length < sizes.least || text.length > sizes.most) continue;
    pages.set(question, { id: `python-${name}`, title: name, text, question });
  }
  return [...pages.values()];
}

/** The answer to each question of the FAQs, without the question. */
export async function faqAnswers(folder: string): Promise<Manual[]> {
  const answers: Manual[] = [];
  for (const file of readdirSync(join(folder, "faq")).toSorted()) {
    if (file === "index.html") continue;
    const [heading = "", ...parts] = (await read(join(folder, "faq", file))).split(/^#{2,4} /m);
    const title = heading.replace(/^# /, "").trim();
    for (const part of parts) {
      const [question = "", ...lines] = part.split("\n");
      const text = lines.join("\n").trim();
      if (!question.endsWith("?") || text.length < sizes.least) continue;
      const id = `faq-${file.replace(".html", "")}-${answers.length}`;
      answers.push({ id, title, text, question: question.replaceAll("`", "") });
    }
  }
  return answers;
}

async function read(path: string): Promise<string> {
  const { markdown } = await readDocument(
    readFileSync(path),
    { filename: "page.html" },
    { bounds: defaultBounds, progress: () => undefined },
  );
  // Marks of links to headings, and what stands at the foot of each page.
  return markdown.replaceAll("¶", "").replace(/\n© \[Copyright\][\s\S]*$/, "");
}

const withoutMarkup = (text: string) =>
  text
    .replaceAll(/:\w+:`~?([^`]*)`/g, "$1")
    .replaceAll(/&#?\w+;/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
