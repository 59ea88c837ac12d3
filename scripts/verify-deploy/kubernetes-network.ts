import { readFileSync } from "node:fs";
import { parseManifests, workloads } from "../../test/deploy/k8s/manifests.ts";
import { edges } from "../../test/deploy/k8s/network.ts";
import { kubectl, namespace, onePodOf, removeNamespace } from "./cluster.ts";
import type { Part } from "./part.ts";

/** Tells of each address whether it takes a connection. A policy may refuse or say nothing. */
const knock = `
  import { connect } from "node:net";
  const open = (target) => new Promise((resolve) => {
    const [host, port] = target.split(" ");
    const socket = connect({ host, port: Number(port), timeout: 3_000 });
    const tell = (is) => () => { socket.destroy(); resolve(is); };
    socket.once("connect", tell(true)).once("error", tell(false)).once("timeout", tell(false));
  });
  console.log(JSON.stringify(await Promise.all(process.argv.slice(1).map(open))));`;

interface Door {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

/** Namespaces that the run makes: the policies know of the first. */
export const strangers = ["monitoring", "sixfold-strangers"] as const;

/** Tries every way from every node, and from strangers, to every port: those that the policies name are open, no other. */
export async function proveNetwork({ report, undo }: Pick<Part, "report" | "undo">, strangersImage: string) {
  const manifests = parseManifests(readFileSync("k8s.yaml", "utf8"));
  const allowed = edges(manifests);
  const all = workloads(manifests);
  const doors: Door[] = [];
  for (const { name, containers } of all) {
    const { address } = await onePodOf(name);
    const ports = containers.flatMap(({ ports: open = [] }) => open.map(({ containerPort }) => containerPort));
    for (const port of ports) doors.push({ name, host: address, port });
  }
  const server = await kubectl("get", "service", "kubernetes", "--output=jsonpath={.spec.clusterIP}");
  doors.push({ name: "the API server", host: server, port: 443 });
  // Anyone may come in there; but who is of the namespace goes out only where its own policy lets it.
  const isAllowed = (source: string, where: string, { name, port }: Door) =>
    (where === namespace ? [source] : [source, "anyone"]).some((who) => allowed.includes(`${who} -> ${name}:${port}`));

  const tried: { way: string; is: boolean; should: boolean }[] = [];
  const ask = async (source: string, where: string, pod: string) => {
    const targets = doors.map(({ host, port }) => `${host} ${port}`);
    const node = ["node", "--input-type=module", "--eval", knock, "--", ...targets];
    const answers = JSON.parse(await kubectl("--namespace", where, "exec", pod, "--", ...node)) as boolean[];
    doors.forEach((door, n) => {
      // What is outside the namespace is none of its policies' business, but who comes in from there is.
      if (where !== namespace && door.name === "the API server") return;
      // kube-router takes what a policy lets in for what it lets out where both ends are the policy's own.
      if (source === door.name) return;
      const way = `${source} -> ${door.name}:${door.port}`;
      tried.push({ way, is: answers[n] === true, should: isAllowed(source, where, door) });
    });
  };
  const nodes = all.filter(({ isNode }) => isNode);
  await Promise.all(nodes.map(async ({ name }) => ask(name, namespace, (await onePodOf(name)).name)));
  for (const stranger of strangers) {
    undo.add(`the namespace ${stranger}`, () => removeNamespace(stranger));
    await kubectl("create", "namespace", stranger);
    const command = ["--command", "--", "node", "--eval", "setInterval(() => {}, 1_000)"];
    await kubectl("--namespace", stranger, "run", "stranger", `--image=${strangersImage}`, ...command);
    await kubectl("--namespace", stranger, "wait", "--for=condition=Ready", "pod/stranger", "--timeout=2m");
    await ask(stranger, stranger, "stranger");
  }

  const closed = tried.filter(({ is, should }) => should && !is);
  if (closed.length > 0) throw new Error(`closed: ${closed.map(({ way }) => way).join(", ")}`);
  const leaks = tried.filter(({ is, should }) => is && !should);
  const wanted = tried.filter(({ should }) => should).length;
  if (leaks.length === tried.length - wanted) {
    report.notProved("the network policies: this cluster's network holds nobody to them");
    return;
  }
  if (leaks.length > 0) throw new Error(`open: ${leaks.map(({ way }) => way).join(", ")}`);
  report.proved(
    `the network policies: of ${tried.length} ways from the nodes, from a namespace monitoring and from another the ${wanted} that the design has are open, the others closed`,
  );
}
