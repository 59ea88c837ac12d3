import { parse } from "yaml";
import { read } from "../read.ts";

interface Panel {
  readonly title: string;
  readonly datasource?: { readonly uid: string };
  readonly targets?: readonly { readonly expr: string }[];
}

export const { panels } = JSON.parse(read("deploy/grafana/dashboards/sixfold.json")) as { panels: readonly Panel[] };

/** What the dashboard asks Prometheus. */
export const questions = panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr })));

interface Rule {
  readonly alert: string;
  readonly expr: string;
}

export const rules = (parse(read("deploy/prometheus/alerts.yml")) as { groups: { rules: Rule[] }[] }).groups.flatMap(
  (group) => group.rules,
);
