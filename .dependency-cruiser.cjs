/**
 * The import law. `lambdas/` holds one folder per step beside four shared ones;
 * a step's logic sees the domain and the ports, and nothing of the outside.
 */
const shared = "domain|ports|adapters|runtime";
const step = `^lambdas/(?!(?:${shared})/)[^/]+/`;
/** The outside: what only handlers, runtime and adapters may touch. */
const outside = "^node_modules/(?:@aws-sdk|@smithy|@middy|@aws-lambda-powertools|@lancedb|openai)/";

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "domain-is-pure",
      comment: "The domain knows itself, zod and hashing; no port, no I/O.",
      severity: "error",
      from: { path: "^lambdas/domain/" },
      to: { pathNot: "^lambdas/domain/|^node_modules/zod/|^(?:node:)?crypto$" },
    },
    {
      name: "ports-speak-the-domain",
      comment: "A port is an interface in the domain's words, never an SDK's.",
      severity: "error",
      from: { path: "^lambdas/ports/" },
      to: { pathNot: "^lambdas/(?:domain|ports)/" },
    },
    {
      name: "adapters-stand-alone",
      comment: "An adapter fulfils a port; who uses it, and with what settings, is wiring.",
      severity: "error",
      from: { path: "^lambdas/adapters/" },
      to: { path: "^lambdas/", pathNot: "^lambdas/(?:domain|ports|adapters)/" },
    },
    {
      name: "steps-see-domain-and-ports",
      comment: "Only a step's handler.ts may see the runtime; its logic runs on ports alone.",
      severity: "error",
      from: { path: step, pathNot: "/handler\\.ts$" },
      to: { path: `^lambdas/(?:adapters|runtime)/|${outside}` },
    },
    {
      name: "steps-never-import-each-other",
      comment: "What two steps share belongs into domain or ports.",
      severity: "error",
      from: { path: `^lambdas/((?!(?:${shared}|openapi)/)[^/]+)/` },
      to: { path: step, pathNot: "^lambdas/$1/" },
    },
    {
      name: "openapi-reads-schemas-only",
      comment: "The document is made from the schemas that validate.",
      severity: "error",
      from: { path: "^lambdas/openapi/" },
      to: { path: step, pathNot: "^lambdas/openapi/|/schema\\.ts$" },
    },
    {
      name: "runtime-and-local-construct-adapters",
      comment: "Everyone else receives ports.",
      severity: "error",
      from: { pathNot: "^lambdas/(?:adapters|runtime)/|^local/|^test/" },
      to: { path: "^lambdas/adapters/" },
    },
    {
      name: "handlers-are-entry-points",
      comment: "A handler is loaded by Lambda, never imported.",
      severity: "error",
      from: { pathNot: "^test/" },
      to: { path: `${step}handler\\.ts$` },
    },
    {
      name: "functions-know-no-tools",
      comment: "What is deployed does not depend on what deploys, starts or tests it.",
      severity: "error",
      from: { path: "^lambdas/" },
      to: { path: "^(?:infra|local|cli|console|scripts|test)/" },
    },
    {
      name: "infra-knows-settings-only",
      comment: "Infrastructure is made from the domain's limits and settings; it runs no step.",
      severity: "error",
      from: { path: "^infra/" },
      to: {
        path: "^(?:lambdas|local|cli|console|test)/",
        pathNot: "^lambdas/domain/|^lambdas/runtime/environment\\.ts$",
      },
    },
    {
      name: "clients-speak-http",
      comment: "The command line and the console know the API's schemas, not its inside.",
      severity: "error",
      from: { path: "^(?:cli|console)/" },
      to: {
        path: "^lambdas/",
        pathNot: "^lambdas/domain/|/schema\\.ts$|^lambdas/runtime/(?:environment|keys)\\.ts$",
      },
    },
    {
      name: "tests-are-not-imported",
      severity: "error",
      from: { pathNot: "^test/" },
      to: { path: "^test/" },
    },
    {
      name: "resolvable",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: "functions-ship-what-they-import",
      comment: "`npm audit --omit=dev` must see all that runs in a function.",
      severity: "error",
      from: { path: "^lambdas/" },
      to: {
        dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"],
        pathNot: "^node_modules/@types/",
      },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    // Its parser knows no JSX; .oxlintrc.json holds those files to the law instead.
    exclude: { path: "(?:^|/)(?:cdk\\.out|\\.sluice|dist|test-results)/|\\.tsx$" },
    parser: "swc",
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      extensions: [".ts", ".js", ".json"],
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
      mainFields: ["module", "main", "types"],
    },
  },
};
