/**
 * Requests that schemathesis generates from the OpenAPI document, valid and invalid ones: each answer
 * has a status, a content type and a form that the document names, and none is a server error.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { environment } from "../../../lambdas/platform/environment.ts";
import { sluiceFolder } from "../../../ops/paths.ts";
import { pythonVenv } from "../../../ops/python-venv.ts";
import { newKey } from "../../support/deployment/app.ts";

const app = inject("app");
/** The whole run, in seconds. */
const maxSeconds = 50;
/** Of each call. */
const examples = 20;
/** The same requests each time, so that a failure is the change's; `SLUICE_TEST_SEED` tries others. */
const seed = environment["SLUICE_TEST_SEED"] ?? "1";

test(
  "the API keeps what its OpenAPI document promises",
  async () => {
    const python = await pythonVenv(
      join(sluiceFolder, "schemathesis"),
      join(import.meta.dirname, "requirements.txt"),
      environment,
    );
    const document = join(sluiceFolder, "schemathesis-openapi.json");
    const described = await fetch(`${app.apiUrl}/openapi.json`);
    writeFileSync(document, await described.text());
    const { exitCode, output } = await python.run("schemathesis", [
      "--config-file",
      join(import.meta.dirname, "schemathesis.toml"),
      "run",
      document,
      "--url",
      app.apiUrl,
      "--header",
      `x-api-key: ${await newKey(app)}`,
      "--phases",
      "examples,coverage,fuzzing",
      "--max-examples",
      String(examples),
      "--seed",
      seed,
      "--max-time",
      String(maxSeconds),
      "--request-timeout",
      "30",
      "--no-color",
      "--generation-database",
      "none",
      "--suppress-health-check",
      "all",
      "--warnings",
      "off",
      // The console is a page: it takes any query.
      "--exclude-tag",
      "Reference",
      "--exclude-checks",
      "unsupported_method",
    ]);
    // The output of a failure names the seed.
    expect(exitCode === 0 ? "" : `ended with ${exitCode}: ${output}`).toBe("");
  },
  (maxSeconds + 120) * 1_000,
);
