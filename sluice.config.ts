/**
 * The settings of this project's deployments; commit the file. docs/settings.md lists all settings: write
 * them without the prefix SLUICE_. An environment variable replaces a setting of this file.
 * Keys of providers do not belong here: name their secrets by ARN.
 *
 *   export default defineConfig({
 *     METADATA_PROVIDER: "openai",
 *     LLM_BASE_URL: "https://llm.example/v1",
 *     LLM_MODEL: "my-model",
 *     stages: {
 *       dev: { MAX_ACTIVE: 2 },
 *       prod: { LLM_API_KEY_SECRET_ARN: "arn:aws:secretsmanager:eu-central-1:…", RATE_LIMIT: 200 },
 *     },
 *   });
 *
 * Each stage is a stack of its own (Sluice-dev, Sluice-prod): npm run deploy -- --stage prod
 */
import { defineConfig } from "./infra/settings/config-file.ts";

export default defineConfig({});
