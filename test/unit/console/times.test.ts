import { expect, describe as group, test } from "vitest";
import { took, waited } from "../../../console/logic/jobs/times.ts";
import { job } from "./jobs.ts";

const sent = "2026-11-26T10:00:00.000Z";
const started = "2026-11-26T10:10:19.000Z";
const ended = "2026-11-26T10:10:49.000Z";

group("the time a job waited", () => {
  test("is told of the first attempt once it has started", () => {
    expect(waited(job("a"))).toBeUndefined();
    const running = job("a", { status: "processing", submitted_at: sent, started_at: started });
    expect(waited(running)).toBe("10 min 19 s");
  });

  test("is not counted from the first submission after a retry", () => {
    const retried = { status: "processing", attempt: 2, started_at: started } as const;
    expect(waited(job("a", retried))).toBeUndefined();
  });
});

group("the time a job took", () => {
  const done = { status: "completed", completed_at: ended } as const;

  test("is that of its latest attempt", () => {
    expect(took(job("a", { ...done, started_at: started }))).toBe("30 s");
    expect(took(job("a", { ...done, started_at: started, attempt: 3 }))).toBe("30 s");
    expect(took(job("a", { status: "processing" }))).toBeUndefined();
  });

  test("is not known of a retry that ended before it started", () => {
    const { started_at: _, ...unstarted } = job("a", { status: "cancelled", cancelled_at: ended });
    expect(took(unstarted)).toBe("10 min 49 s");
    expect(took({ ...unstarted, attempt: 2 })).toBeUndefined();
  });
});
