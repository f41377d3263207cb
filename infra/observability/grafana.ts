/** Grafana's dashboard for `/v1/metrics`, generated from the same panels as CloudWatch's. */
import { panels } from "./panels.ts";

const datasource = { type: "prometheus", uid: "${datasource}" };
const width = 8;
const height = 8;
const perRow = 24 / width;

export function grafanaDashboard(): object {
  return {
    title: "Sluice",
    uid: "sluice",
    schemaVersion: 39,
    editable: true,
    refresh: "30s",
    time: { from: "now-3h", to: "now" },
    tags: ["sluice"],
    templating: {
      list: [{ name: "datasource", label: "Prometheus", type: "datasource", query: "prometheus" }],
    },
    panels: panels.map(({ title, unit, prometheus }, index) => ({
      id: index + 1,
      title,
      type: "timeseries",
      datasource,
      gridPos: {
        x: (index % perRow) * width,
        y: Math.floor(index / perRow) * height,
        w: width,
        h: height,
      },
      fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
      options: { legend: { displayMode: "list", placement: "bottom" } },
      targets: prometheus.map(({ expr, legend }, target) => ({
        refId: String.fromCharCode(65 + target),
        datasource,
        expr,
        legendFormat: legend,
      })),
    })),
  };
}
