import type { Binding } from "./exchange.ts";

/** A topic pattern's words; an empty key has none. */
const words = (key: string): string[] => (key === "" ? [] : key.split("."));

class Node {
  readonly children = new Map<string, Node>();
  readonly bindings = new Set<Binding>();
  /** Reached by "#": it stays active whatever word comes. */
  readonly anyWords: boolean;

  constructor(anyWords = false) {
    this.anyWords = anyWords;
  }
}

/**
 * Patterns as a trie, matched like a non-deterministic automaton: a set of active nodes moves on word by word, so a
 * pattern of many "#" costs no more than the nodes it has.
 */
export class TopicRouter {
  readonly #root = new Node();

  add(binding: Binding): void {
    let node = this.#root;
    for (const word of words(binding.routingKey)) {
      const child = node.children.get(word) ?? new Node(word === "#");
      node.children.set(word, child);
      node = child;
    }
    node.bindings.add(binding);
  }

  remove(binding: Binding): void {
    const path: [Node, string][] = [];
    let node = this.#root;
    for (const word of words(binding.routingKey)) {
      path.push([node, word]);
      const child = node.children.get(word);
      if (child === undefined) return;
      node = child;
    }
    node.bindings.delete(binding);
    for (const [parent, word] of path.reverse()) {
      const child = parent.children.get(word);
      if (child === undefined || child.bindings.size > 0 || child.children.size > 0) return;
      parent.children.delete(word);
    }
  }

  *match(routingKey: string): Generator<Binding> {
    let active = new Set<Node>();
    activate(active, this.#root);
    for (const word of words(routingKey)) {
      const next = new Set<Node>();
      for (const node of active) {
        if (node.anyWords) activate(next, node);
        const exact = node.children.get(word);
        // A routing key's word may itself be "*" or "#": it then matches the wildcard below, not twice.
        if (exact !== undefined && word !== "*" && word !== "#") activate(next, exact);
        const any = node.children.get("*");
        if (any !== undefined) activate(next, any);
      }
      active = next;
      if (active.size === 0) return;
    }
    for (const node of active) yield* node.bindings;
  }
}

/** Adds a node and, as "#" matches no words too, what stands behind it. */
function activate(active: Set<Node>, node: Node): void {
  for (let next: Node | undefined = node; next !== undefined && !active.has(next); next = next.children.get("#")) {
    active.add(next);
  }
}
