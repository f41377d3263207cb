import type { JobAnswer } from "../../../lambdas/contract/calls/jobs.ts";
import { type PipelineNode, pipelineOf } from "../../logic/jobs/pipeline.ts";
import { icons } from "../icons.tsx";

const spoken = {
  waiting: "waiting",
  running: "running",
  done: "done",
  failed: "failed",
  stopped: "not run",
} as const satisfies Record<PipelineNode["state"], string>;

/** A job's stages, large: across on a desktop, downwards on a phone. */
export function PipelineView({ job }: { job: JobAnswer }) {
  const { queue, extraction, chunking, metadata, embeddings, storage } = pipelineOf(job);
  return (
    <ol class="pipeline">
      <Stage node={queue} />
      <Stage node={extraction} />
      <Stage node={chunking} />
      <li class="fork">
        <ul>
          <Stage node={metadata} />
          <Stage node={embeddings} />
        </ul>
      </li>
      <Stage node={storage} />
    </ol>
  );
}

function Stage({ node }: { node: PipelineNode }) {
  return (
    <li class={`stage ${node.state}`} data-stage={node.name}>
      <span class="mark" aria-hidden="true">
        {node.state === "done" && icons.check}
        {node.state === "failed" && icons.cross}
      </span>
      <span class="label">{node.label}</span>
      <span class="unseen">{spoken[node.state]}, </span>
      <span class="detail">{node.detail}</span>
      <progress value={node.percent} max={100} aria-label={`${node.label} of this job`} />
    </li>
  );
}
