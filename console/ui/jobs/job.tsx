import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import type { JobAnswer } from "../../../lambdas/contract/calls/jobs.ts";
import { adviceFor, explain } from "../../logic/advice.ts";
import { between, count, dollars, duration, plain, ranges } from "../../logic/format.ts";
import { type HeldStage, heldStages } from "../../logic/jobs/failure.ts";
import { curlOf, executionLink, logCommand } from "../../logic/jobs/links.ts";
import { describe } from "../../logic/jobs/pipeline.ts";
import { endOf, waited } from "../../logic/jobs/times.ts";
import { hrefOf } from "../../logic/route.ts";
import { useHeading, useSession } from "../context.ts";
import { CopyButton } from "../copy-button.tsx";
import { icons } from "../icons.tsx";
import { ProviderFailure } from "../provider-failure.tsx";
import { When } from "../when.tsx";
import { JobActions } from "./job-actions.tsx";
import { JobProgress } from "./job-row.tsx";
import { PipelineView } from "./pipeline.tsx";
import { Timeline } from "./timeline.tsx";

export function JobView({ id }: { id: string }) {
  const { api, book } = useSession();
  const problem = useSignal("");
  const job = book.jobs.value.get(id);
  const heading = useHeading(job?.document_id ?? "Job");
  useEffect(() => {
    api.job(id).then(
      (answer) => book.merge([answer]),
      (error: unknown) => {
        problem.value = explain(error);
      },
    );
  }, [id]);

  return (
    <article class="view">
      <a class="back" href={hrefOf({ view: "flow" })}>
        ← All jobs
      </a>
      <header class="title">
        <h1 ref={heading} tabIndex={-1}>
          {job?.document_id ?? "Job"}
        </h1>
        {job !== undefined && <p class={`badge ${job.status}`}>{describe(job)}</p>}
        {job !== undefined && <JobActions job={job} />}
      </header>
      {job === undefined && <p class="empty">{problem.value || "Loading this job …"}</p>}
      {job !== undefined && <Details job={job} />}
    </article>
  );
}

function Details({ job }: { job: JobAnswer }) {
  const { error, result } = job;
  return (
    <>
      <section class="card" aria-label="Stages of the job">
        <PipelineView job={job} />
        <JobProgress job={job} />
      </section>
      {error !== undefined && (
        <section class="notice bad" aria-labelledby="error-title">
          {icons.alert}
          <div>
            <h2 id="error-title">Failed in {error.stage}</h2>
            <p class="said">{error.message}</p>
            <p>{adviceFor(error)}</p>
            <p class="muted">
              <code>{error.code}</code>
              {job.attempt > 1 && ` · attempt ${plain(job.attempt)}`}
            </p>
          </div>
        </section>
      )}
      {heldStages(job).map((held) => (
        <Held key={held.model} held={held} />
      ))}
      <section class="card facts">
        <h2>{job.attempt === 1 ? "Time line" : `Time line of attempt ${plain(job.attempt)}`}</h2>
        <Timeline job={job} />
      </section>
      <EarlierAttempts job={job} />
      <div class="columns">
        <Facts title="Times" facts={times(job)} />
        {result !== undefined && <Facts title="Result" facts={facts(result)} />}
      </div>
      <Tools job={job} />
      {result?.attachments !== undefined && <Attachments attachments={result.attachments} />}
      {result !== undefined && result.failed_chunk_count > 0 && <FailedChunks result={result} />}
      {result !== undefined && (
        <p>
          <a class="onward" href={hrefOf({ view: "document", id: result.document_id })}>
            Read the document's chunks →
          </a>
        </p>
      )}
    </>
  );
}

/** How the attempts before the latest one ended. */
function EarlierAttempts({ job: { ended_attempts: ended = [] } }: { job: JobAnswer }) {
  if (ended.length === 0) return null;
  return (
    <section class="card" aria-labelledby="earlier-title">
      <h2 id="earlier-title">Earlier attempts</h2>
      <ol class="attempts">
        {ended.toReversed().map(({ attempt, status, started_at, ended_at, error }) => (
          <li key={attempt}>
            <p>
              <strong>Attempt {plain(attempt)}</strong>{" "}
              <span class="muted">
                {status} <When iso={ended_at} />
                {started_at !== undefined && ` · took ${between(started_at, ended_at)}`}
                {error !== undefined && ` · ${error.stage} · `}
                {error !== undefined && <code>{error.code}</code>}
              </span>
            </p>
            {error !== undefined && <p class="bad-text">{error.message}</p>}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** A stage that waits for its model, and why the model's calls fail. */
function Held({ held: { model, until, failure } }: { held: HeldStage }) {
  return (
    <section class="notice warn" aria-label={`Waiting for the ${model}`}>
      {icons.alert}
      <div>
        <h2>
          The {model} {failure === undefined ? "does not respond" : "fails"}
        </h2>
        {failure !== undefined && <ProviderFailure failure={failure} />}
        <p>
          The job waits and does not fail.{" "}
          {until === undefined ? (
            "The calls are repeated."
          ) : (
            <>
              Next try: <When iso={until} />.
            </>
          )}
        </p>
      </div>
    </section>
  );
}

/** What leads on from the job: its id, its request, its log, its execution. */
function Tools({ job }: { job: JobAnswer }) {
  const { base } = useSession();
  const execution = executionLink(job);
  return (
    <div class="tools">
      <CopyButton text={job.job_id} label="Copy job id" />
      <CopyButton text={job.document_id} label="Copy document id" />
      <CopyButton text={curlOf(base, job)} label="Copy as curl" />
      <CopyButton text={logCommand(job)} label="Copy the log command" />
      {execution !== undefined && (
        <a href={execution} target="_blank" rel="noopener noreferrer">
          Step Functions execution ↗
        </a>
      )}
    </div>
  );
}

type Fact = readonly [name: string, value: ComponentChildren];

function Facts({ title, facts }: { title: string; facts: readonly Fact[] }) {
  return (
    <section class="card facts">
      <h2>{title}</h2>
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function times(job: JobAnswer): Fact[] {
  const ended = endOf(job);
  const wait = waited(job);
  const facts: Fact[] = [["Sent", <When iso={job.submitted_at} />]];
  if (job.queued_at !== undefined) facts.push(["Retried", <When iso={job.queued_at} />]);
  if (wait !== undefined) facts.push(["Time in queue", wait]);
  if (job.started_at !== undefined && ended !== undefined) {
    facts.push(["Duration", between(job.started_at, ended)]);
  }
  if (ended !== undefined) facts.push(["Ended", <When iso={ended} />]);
  if (job.estimated_wait_seconds !== undefined) {
    facts.push(["Starts in about", duration(job.estimated_wait_seconds * 1_000)]);
  }
  if (job.attempt > 1) facts.push(["Attempt", plain(job.attempt)]);
  facts.push(["Version", plain(job.document_version)], ["Job", <code>{job.job_id}</code>]);
  return facts;
}

type Result = NonNullable<JobAnswer["result"]>;

function facts({ usage, ...result }: Result): Fact[] {
  const tokens = usage.prompt_tokens + usage.completion_tokens + usage.embedding_tokens;
  const known = usage.metadata_cache_hits + usage.embedding_cache_hits;
  return [
    ["Chunks", plain(result.chunk_count)],
    ...unread(result),
    ["Embedded by", `${result.embedding_model}, ${count(result.dimensions, "dimension")}`],
    ["Calls", `${plain(usage.llm_calls)} LLM + ${plain(usage.embedding_calls)} embedding calls`],
    ["Tokens", plain(tokens)],
    ["Estimated cost", cost(usage)],
    ["From cache", count(known, "answer")],
  ];
}

/** What is in the file and not in the stored document. */
function unread({ unreadable_pages: pages }: Omit<Result, "usage">): Fact[] {
  const facts: Fact[] = [];
  if (pages !== undefined) {
    facts.push(["Pages without text", `${ranges(pages)}: run text recognition (OCR), send again`]);
  }
  return facts;
}

/** Missing where the price of a model is not known: that is not the same as nothing. */
function cost({ estimated_cost_usd: usd, llm_calls, embedding_calls }: Result["usage"]): string {
  if (usd !== undefined) return dollars(usd);
  return llm_calls + embedding_calls === 0 ? "none" : "not known: no price is set";
}

function Attachments({ attachments }: { attachments: NonNullable<Result["attachments"]> }) {
  return (
    <section class="card" aria-labelledby="attachments-title">
      <h2 id="attachments-title">{count(attachments.length, "attachment")}</h2>
      <ul class="failed-chunks">
        {attachments.map(({ filename, document_id: id, job_id: jobId, skipped }) => (
          <li key={id ?? filename}>
            {jobId === undefined ? (
              filename
            ) : (
              <a href={hrefOf({ view: "job", id: jobId })}>{filename}</a>
            )}{" "}
            <span class="muted">{skipped === undefined ? id : skipReasons[skipped]}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

const skipReasons = {
  unsupported_type: "not of a type that is read",
  empty_document: "empty",
  over_bounds: "in too many mails within mails, or one of too many",
} as const;

function FailedChunks({ result }: { result: Result }) {
  return (
    <section class="card" aria-labelledby="failed-title">
      <h2 id="failed-title">{count(result.failed_chunk_count, "chunk")} without metadata</h2>
      <p class="muted">
        The provider rejected these chunks. They are stored and searchable without metadata.
      </p>
      <ul class="failed-chunks">
        {result.failed_chunks.map(({ index, message }) => (
          <li key={index}>
            <strong>{index}</strong> {message}
          </li>
        ))}
      </ul>
    </section>
  );
}
