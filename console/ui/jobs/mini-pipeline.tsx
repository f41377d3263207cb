import type { JobAnswer } from "../../../lambdas/contract/calls/jobs.ts";
import {
  type NodeName,
  nodeNames,
  type PipelineNode,
  pipelineOf,
} from "../../logic/jobs/pipeline.ts";

const place: Readonly<Record<NodeName, readonly [x: number, y: number]>> = {
  queue: [8, 20],
  extraction: [42, 20],
  chunking: [76, 20],
  metadata: [130, 8],
  embeddings: [130, 32],
  storage: [190, 20],
};

/** The stage before a node; the line between them fills as the node's work progresses. */
const inflows: readonly { readonly into: NodeName; readonly d: string }[] = [
  { into: "extraction", d: "M8 20H42" },
  { into: "chunking", d: "M42 20H76" },
  { into: "metadata", d: "M76 20C98 20 98 8 130 8" },
  { into: "embeddings", d: "M76 20C98 20 98 32 130 32" },
  { into: "storage", d: "M130 8C163 8 163 20 190 20" },
  { into: "storage", d: "M130 32C163 32 163 20 190 20" },
];

/** A job's stages at thumbnail size; the text beside it has the same information. */
export function MiniPipeline({ job }: { job: JobAnswer }) {
  const pipeline = pipelineOf(job);
  return (
    <svg class="mini" viewBox="0 0 198 40" aria-hidden="true" focusable="false">
      {inflows.map(({ into, d }) => (
        <g key={d} class={pipeline[into].state}>
          <path class="bed" d={d} />
          {pipeline[into].percent > 0 && (
            <path
              class="water"
              d={d}
              pathLength={100}
              stroke-dasharray={`${pipeline[into].percent} 200`}
            />
          )}
          {pipeline[into].state === "running" && <path class="ripple" d={d} />}
        </g>
      ))}
      {nodeNames.map((name) => (
        <Node key={name} node={pipeline[name]} />
      ))}
    </svg>
  );
}

function Node({ node }: { node: PipelineNode }) {
  const [x, y] = place[node.name];
  return (
    <g class={`node ${node.state}`} transform={`translate(${x} ${y})`}>
      {node.state === "running" && <circle class="halo" r="7" />}
      <circle class="dot" r="5.5" />
      {node.state === "done" && <path class="sign" d="m-2.4.1 1.7 1.7 3.2-3.5" />}
      {node.state === "failed" && <path class="sign" d="m-2-2 4 4m0-4-4 4" />}
    </g>
  );
}
