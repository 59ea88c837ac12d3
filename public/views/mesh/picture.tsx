import { useEffect, useRef, useState } from "preact/hooks";
import { plural } from "../../lib/format.ts";
import { type Line, layout } from "./layout.ts";
import { NodeCard } from "./node-card.tsx";
import type { WatchedNode } from "./use-mesh.ts";

/** The nodes along the transporter, drawn from the snapshot. The table below says the same in words. */
export function Picture({ nodes }: { nodes: readonly WatchedNode[] }) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const { cards, buses, trunk, cardWidth, height } = layout(nodes.length, width);
  const gone = nodes.filter(({ available }) => !available).length;
  return (
    <div ref={frame} class="picture">
      {width > 0 && (
        <svg
          width={width}
          height={height}
          viewBox={`0 0 ${width} ${height}`}
          role="img"
          aria-label={`${plural(nodes.length, "node")} on one transporter, ${gone === 0 ? "all here" : `${gone} gone`}`}
        >
          {trunk && <Wire line={trunk} kind="bus" />}
          {buses.map((bus) => (
            <Wire key={bus.y1} line={bus} kind="bus" />
          ))}
          {nodes.map((node, index) => {
            const card = cards[index];
            if (card === undefined) return null;
            return (
              <g key={node.id}>
                <Wire line={card.stub} kind={node.available ? "stub" : "stub gone"} />
                <NodeCard node={node} x={card.x} y={card.y} width={cardWidth} />
              </g>
            );
          })}
        </svg>
      )}
    </div>
  );
}

const Wire = ({ line, kind }: { line: Line; kind: string }) => <line class={kind} {...line} />;

function useWidth(element: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (element.current === null) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
