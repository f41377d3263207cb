/** LangChain's splitter, installed beside the measurement; the repository does not depend on it. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { splitRecursively } from "./baseline.ts";

const packages = ["@langchain/textsplitters@1", "@langchain/core@1"];

interface Splitters {
  readonly RecursiveCharacterTextSplitter: new (options: {
    chunkSize: number;
    chunkOverlap: number;
  }) => { splitText(text: string): Promise<string[]> };
}

export interface CommonSplitter {
  readonly name: string;
  readonly split: (text: string) => Promise<string[]>;
}

/** @param folder where it is installed, once */
export function langchainSplitter(folder: string): CommonSplitter {
  const home = join(folder, "langchain");
  try {
    if (!existsSync(join(home, "node_modules"))) {
      mkdirSync(home, { recursive: true });
      writeFileSync(join(home, "package.json"), "{}");
      const options = ["--no-audit", "--no-fund", "--ignore-scripts"];
      execFileSync("npm", ["install", ...options, ...packages], { cwd: home, stdio: "ignore" });
    }
    const library = createRequire(join(home, "package.json"))(
      "@langchain/textsplitters",
    ) as Splitters;
    const { RecursiveCharacterTextSplitter } = library;
    const splitter = new RecursiveCharacterTextSplitter({ chunkSize: 1_024, chunkOverlap: 200 });
    return { name: "LangChain's splitter 1,024/200", split: (text) => splitter.splitText(text) };
  } catch {
    // Without a registry: the same rules, written out.
    return {
      name: "splitter by separators 1,024/200",
      split: (text) => Promise.resolve(splitRecursively(text)),
    };
  }
}
