/** `npm run grafana`: writes docs/grafana/sluice.json. */
import { writeFileSync } from "node:fs";
import { grafanaDashboard } from "../infra/observability/grafana.ts";

const file = new URL("../docs/grafana/sluice.json", import.meta.url);
writeFileSync(file, `${JSON.stringify(grafanaDashboard(), undefined, 2)}\n`);
