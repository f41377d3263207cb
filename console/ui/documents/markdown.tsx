/** Rendered Markdown. Loaded on demand: the parser weighs more than the rest of the page. */
import { type ComponentChildren, h } from "preact";
import { useMemo } from "preact/hooks";
import { type MarkdownNode, parseMarkdown } from "../../logic/reading/markdown.ts";

/** Below the headings of the page itself. */
const headings: Readonly<Record<string, "h3" | "h4" | "h5" | "h6">> = {
  h1: "h3",
  h2: "h4",
  h3: "h5",
  h4: "h6",
  h5: "h6",
};

export function Markdown({ text }: { text: string }) {
  const tree = useMemo(() => parseMarkdown(text), [text]);
  return <div class="passage markdown">{tree.map(view)}</div>;
}

function view(node: MarkdownNode, key: number): ComponentChildren {
  if (typeof node === "string") return node;
  const children = node.children.map(view);
  switch (node.tag) {
    case "a":
      return (
        <a key={key} href={node.href ?? "#"} target="_blank" rel="noopener noreferrer nofollow">
          {children}
        </a>
      );
    case "ol":
      return (
        <ol key={key} start={node.start}>
          {children}
        </ol>
      );
    case "table":
      // A wide table scrolls by itself; the page never does.
      return (
        <div key={key} class="wide" role="region" aria-label="Table" tabIndex={0}>
          <table>{children}</table>
        </div>
      );
    default:
      return h(headings[node.tag] ?? node.tag, { key }, ...children);
  }
}
