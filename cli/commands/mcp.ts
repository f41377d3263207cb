import type { Command } from "@commander-js/extra-typings";
import { openClient } from "../session.ts";

/** How long a tool waits when the API asks to come back later; a model can ask again. */
const patienceSeconds = 20;

export function addMcp(program: Command): void {
  program
    .command("mcp")
    .description("serve search, documents and ingest to a model, as an MCP server on stdio")
    .option("--read-only", "without the tool that ingests")
    .addHelpText(
      "after",
      `
An MCP client starts this command itself. Its settings, with the deployment to use:
  {"mcpServers": {"sluice": {"command": "sluice", "args": ["mcp"],
    "env": {"SLUICE_API_URL": "https://…", "SLUICE_API_KEY": "…"}}}}`,
    )
    .action(async ({ readOnly = false }) => {
      // Standard output belongs to the protocol.
      const say = (line: string) => process.stderr.write(`${line}\n`);
      const client = openClient(say, patienceSeconds);
      // Loaded on demand: the other commands do not need the SDK.
      const { serve } = await import("../mcp/serve.ts");
      await serve(client, { readOnly });
    });
}
