import { defineMixin } from "../../mixins/define.ts";
import { nodeOf } from "../../node/node-context.ts";

/** With LAB_RUNS=false a lab serves `lab.echo` alone: a call to start a run could else end up at any of the replicas. */
export const onlyEchoMixin = defineMixin({
  merged(schema) {
    const { echo } = schema.actions ?? {};
    if (!nodeOf(this.broker).config.labRuns && echo !== undefined) schema.actions = { echo };
  },
});
