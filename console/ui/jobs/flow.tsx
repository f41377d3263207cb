import { useHeading } from "../context.ts";
import { PauseNotice } from "../pause-notice.tsx";
import { DropZone } from "./drop-zone.tsx";
import { JobList } from "./job-list.tsx";
import { OutboxList } from "./outbox-list.tsx";
import { Reservoir } from "./reservoir.tsx";

/** The first view: the drop zone, the queue and the slots, and all jobs. */
export function Flow() {
  const heading = useHeading("Pipeline");
  return (
    <>
      <h1 ref={heading} tabIndex={-1} class="unseen">
        Pipeline
      </h1>
      <PauseNotice />
      <div class="head-gate">
        <DropZone />
        <Reservoir />
      </div>
      <OutboxList />
      <JobList />
    </>
  );
}
