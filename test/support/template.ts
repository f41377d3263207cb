/**
 * The stack as it would be deployed, without bundling a step: for tests that
 * look at the template. A synth takes about a second, so that those with equal
 * settings share one.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import type { StepBundles } from "../../infra/bundling/bundle.ts";
import { readConfig } from "../../infra/config.ts";
import { SluiceStack } from "../../infra/stack.ts";
import { stepNames, stepsOf } from "../../lambdas/functions.ts";
import { parseSettings } from "../../lambdas/platform/settings.ts";

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly DependsOn?: readonly string[];
  readonly UpdateReplacePolicy?: string;
}

export interface Synthesized {
  readonly template: Template;
  /** By logical id. */
  readonly resources: Readonly<Record<string, Resource>>;
}

export interface SynthesizedApp extends Synthesized {
  readonly app: App;
  readonly stack: SluiceStack;
}

/** What `cdk synth` gives the app; without it, the CDK's old defaults would be tested. */
const { context } = JSON.parse(
  readFileSync(new URL("../../cdk.json", import.meta.url), "utf8"),
) as { context: Record<string, unknown> };

export const environmentOf = {
  aws: {},
  emulator: { AWS_ENDPOINT_URL: "http://127.0.0.1:4566" },
} as const;
export type TargetName = keyof typeof environmentOf;

const synthesized = new Map<string, Synthesized>();

export function synthesize(
  target: TargetName,
  settings: Readonly<Record<string, string>> = {},
): Synthesized {
  const key = JSON.stringify([target, settings]);
  const known = synthesized.get(key);
  if (known !== undefined) return known;
  // Without the app, which takes many times the memory of its template.
  const { template, resources } = synthesizeApp(target, settings);
  synthesized.set(key, { template, resources });
  return { template, resources };
}

/** For tests that look at the app's own objects, or add some. */
export function synthesizeApp(
  target: TargetName,
  settings: Readonly<Record<string, string>> = {},
): SynthesizedApp {
  const folder = mkdtempSync(join(tmpdir(), "sluice-template-"));
  try {
    const bundles = emptyBundles(folder);
    const app = new App({
      context,
      outdir: join(folder, "cdk.out"),
      analyticsReporting: false,
      builtinCloudFormationValidation: false,
    });
    const config = readConfig({ ...environmentOf[target], ...settings });
    const stack = new SluiceStack(app, "Sluice", { config, bundles });
    const template = Template.fromStack(stack);
    const { Resources } = template.toJSON() as { Resources: Record<string, Resource> };
    return { app, stack, template, resources: Resources };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The steps of a deployment with default settings: some exist only with others. */
export const deployedSteps = stepsOf(parseSettings({}));

/** Code of every step that is nothing. */
export function emptyBundles(folder: string): StepBundles {
  const archive = join(folder, "code.zip");
  writeFileSync(archive, "");
  return Object.fromEntries(
    stepNames.map((step) => [step, { archive, hash: step, handler: `${step}/index.handler` }]),
  ) as unknown as StepBundles;
}

export function resourcesOf(
  { resources }: Pick<Synthesized, "resources">,
  type: string,
): (readonly [logicalId: string, Resource])[] {
  return Object.entries(resources).filter(([, { Type }]) => Type === type);
}

/** The logical id a `Ref` or `Fn::GetAtt` leads to. */
export function referred(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { Ref, "Fn::GetAtt": attribute } = value as { Ref?: string; "Fn::GetAtt"?: string[] };
  return Ref ?? attribute?.[0];
}
