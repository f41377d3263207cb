/**
 * The import law. `lambdas/` has a room for each capability; the rooms are layers.
 * A room imports itself and the rooms named here, nothing else of `lambdas/`.
 */
const rooms = {
  contract: [],
  platform: ["contract"],
  accounting: ["contract", "platform"],
  records: ["contract", "platform", "accounting"],
  models: ["contract", "platform", "accounting", "records"],
  vectors: ["contract", "platform", "records"],
  scheduling: ["contract", "platform", "accounting", "records", "models"],
  intake: ["contract", "platform", "accounting", "records", "scheduling"],
  webhooks: ["contract", "platform", "accounting", "records", "scheduling"],
  sources: ["contract", "platform", "accounting", "records", "scheduling", "intake"],
  pipeline: ["contract", "platform", "accounting", "records", "models", "vectors"],
  http: [
    "contract",
    "platform",
    "accounting",
    "records",
    "models",
    "vectors",
    "scheduling",
    "intake",
    "webhooks",
    "sources",
  ],
};

/** Loaded by Lambda, and the one place of a step that picks what its logic runs on. */
const handler = "/handler\\.ts$";
/** Fulfils a port with a service, a database or a model. */
const adapter = [
  "/(?:dynamodb|s3|sqs|lambda|step-functions|eventbridge|cloudwatch)-[^/]+\\.ts$",
  "^lambdas/vectors/lancedb/",
  "^lambdas/webhooks/sending/http-sender\\.ts$",
  "^lambdas/models/(?:openai|local|bedrock)/",
];
/** What builds adapters: each room's `wiring.ts`, and the models by their settings. */
const wiring = ["/wiring\\.ts$", "^lambdas/models/(?:registry|providers|provider-key)\\.ts$"];
/** The outside: SDKs, the middleware, native libraries. */
const outside = "^node_modules/(?:@aws-sdk|@smithy|@middy|@aws-lambda-powertools|@lancedb)/";

const layers = Object.entries(rooms).map(([room, lower]) => ({
  name: `${room}-knows-lower-rooms-only`,
  comment:
    lower.length === 0 ? "The contract knows nothing." : `It may import ${lower.join(", ")}.`,
  severity: "error",
  from: { path: `^lambdas/${room}/`, pathNot: handler },
  to: { path: "^lambdas/", pathNot: `^lambdas/(?:${[room, ...lower].join("|")})/` },
}));

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    ...layers,
    {
      name: "no-circles",
      comment: "Type-only imports count: a circle of files is one file in several pieces.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "contract-needs-zod-only",
      comment: "Browsers, the command line and generators load it.",
      severity: "error",
      from: { path: "^lambdas/contract/" },
      to: { pathNot: "^lambdas/contract/|^node_modules/zod/" },
    },
    {
      name: "logic-runs-on-ports",
      comment: "Only adapters, wiring, handlers and the platform touch the outside.",
      severity: "error",
      from: {
        path: "^lambdas/",
        pathNot: [
          "^lambdas/platform/",
          "^lambdas/http/http-handler\\.ts$",
          "^lambdas/scheduling/dispatch/wake-up\\.ts$",
          handler,
          ...adapter,
          ...wiring,
        ],
      },
      to: { path: outside },
    },
    {
      name: "adapters-are-constructed-by-wiring",
      comment: "Everyone else receives ports.",
      severity: "error",
      from: {
        path: "^(?:lambdas|cli|console|infra|scripts)/",
        pathNot: [...adapter, ...wiring, handler],
      },
      to: { path: adapter, pathNot: "/(?:native-files|provider)\\.ts$" },
    },
    {
      name: "steps-never-import-each-other",
      comment: "Code that two steps of the pipeline share stands in the folder above them.",
      severity: "error",
      from: { path: "^lambdas/pipeline/(?:enrich/)?([^/]+)/" },
      to: {
        path: "^lambdas/pipeline/(?:enrich/)?[^/]+/",
        pathNot: "^lambdas/pipeline/(?:enrich/)?$1/|^lambdas/pipeline/enrich/[^/]+\\.ts$",
      },
    },
    {
      name: "handlers-are-entry-points",
      comment: "A handler is loaded by Lambda, never imported.",
      severity: "error",
      from: { pathNot: "^test/" },
      to: { path: `^lambdas/.*${handler}` },
    },
    {
      name: "functions-know-no-tools",
      comment: "Code that is deployed does not depend on code that deploys, starts or tests it.",
      severity: "error",
      from: { path: "^lambdas/" },
      to: { path: "^(?:infra|local|ops|cli|console|scripts|test)/" },
    },
    {
      name: "infra-asks-the-rooms",
      comment:
        "Infrastructure is made from settings, limits and each step's function.ts; it runs no step.",
      severity: "error",
      from: { path: "^infra/" },
      to: {
        path: "^(?:lambdas|local|ops|cli|console|test)/",
        pathNot: [
          "^lambdas/functions\\.ts$",
          "/(?:function|native-files|limits|retention|object-keys)\\.ts$",
          "^lambdas/(?:contract|platform|accounting)/",
          "^lambdas/models/providers?\\.ts$",
        ],
      },
    },
    {
      name: "clients-import-the-contract",
      comment: "The command line and the console know the API's contract, not its inside.",
      severity: "error",
      from: { path: "^(?:cli|console)/" },
      to: {
        path: "^lambdas/",
        pathNot: "^lambdas/contract/|^lambdas/platform/environment\\.ts$",
      },
    },
    {
      name: "ops-works-on-any-stack",
      comment: "What works on a deployed stack, wherever it is, does not depend on the laptop.",
      severity: "error",
      from: { path: "^ops/" },
      to: { path: "^(?:local|cli|console|scripts)/" },
    },
    {
      name: "the-command-line-knows-no-laptop",
      severity: "error",
      from: { path: "^cli/" },
      to: { path: "^local/" },
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
      // Its package.json promises types in a file that it lacks; Node and tsc find the others.
      to: { couldNotResolve: true, pathNot: "^numfmt$" },
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
