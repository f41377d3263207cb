import { describe, expect, test } from "vitest";
import { retentionDays } from "../../../lambdas/contract/retention.ts";
import {
  type AnswerStore,
  AnswerTooLargeError,
  maxAnswerBytes,
} from "../../../lambdas/records/answers/answer-store.ts";
import type { AttemptId } from "../../../lambdas/records/jobs/attempt.ts";
import { StillClock } from "../../support/fakes/clock.ts";

const numbers = (count: number) => [...Array(count).keys()];
const keyOf = (number: number) => String(number).padStart(64, "0");
const answerOf = (number: number) => Uint8Array.of(0, 255, number % 256, number >> 8);
const asBytes = (answers: ReadonlyMap<string, Uint8Array>) =>
  new Map([...answers].map(([key, bytes]) => [key, new Uint8Array(bytes)]));

/** `open` answers a maker of instances that share one new store. */
export function answerStoreContract(
  name: string,
  open: (clock: StillClock) => Promise<() => AnswerStore>,
): void {
  const opened = async () => {
    const clock = new StillClock();
    return { clock, store: (await open(clock))() };
  };

  describe(`answer store: ${name}`, () => {
    test("250 answers are read at once, and what is not there is left out", async () => {
      const { store } = await opened();
      await Promise.all(numbers(250).map((i) => store.write(keyOf(i), answerOf(i))));
      const asked = numbers(260).map(keyOf).toReversed();
      const known = asBytes(await store.readMany(asked));
      expect(known).toEqual(new Map(numbers(250).map((i) => [keyOf(i), answerOf(i)])));
    });

    test("asking for nothing, or for one key many times, is fine", async () => {
      const { store } = await opened();
      expect(await store.readMany([])).toEqual(new Map());
      await store.write(keyOf(1), answerOf(1));
      const known = asBytes(await store.readMany(numbers(150).map(() => keyOf(1))));
      expect(known).toEqual(new Map([[keyOf(1), answerOf(1)]]));
    });

    test("a view into a larger buffer is kept as what it shows", async () => {
      const { store } = await opened();
      const vectors = Float32Array.of(9, 0.1, -0.5, 9);
      await store.write(keyOf(1), new Uint8Array(vectors.buffer, 4, 8));
      const [bytes] = asBytes(await store.readMany([keyOf(1)])).values();
      expect(new Float32Array(bytes!.slice().buffer)).toEqual(Float32Array.of(0.1, -0.5));
    });

    test("the last answer to the same question counts", async () => {
      const { store } = await opened();
      await store.write(keyOf(1), answerOf(1));
      await store.write(keyOf(1), answerOf(2));
      expect(asBytes(await store.readMany([keyOf(1)]))).toEqual(new Map([[keyOf(1), answerOf(2)]]));
    });

    test("an answer is known for 30 days after it was last written", async () => {
      const { clock, store } = await opened();
      await store.write(keyOf(1), answerOf(1));
      await store.write(keyOf(2), answerOf(2));
      clock.skip(retentionDays * 86_400_000 - 1_000);
      expect((await store.readMany([keyOf(1)])).size).toBe(1);
      await store.write(keyOf(2), answerOf(2));
      clock.skip(1_000);
      expect([...(await store.readMany([keyOf(1), keyOf(2)])).keys()]).toEqual([keyOf(2)]);
    });

    test("the largest answer is kept, a larger one refused, and many large ones are read", async () => {
      const { store } = await opened();
      const large = new Uint8Array(maxAnswerBytes).fill(7);
      for (const number of numbers(5)) await store.write(keyOf(number), large);
      const known = asBytes(await store.readMany(numbers(5).map(keyOf)));
      expect(known.size).toBe(5);
      for (const bytes of known.values()) expect(Buffer.from(bytes).equals(large)).toBe(true);
      const tooLarge = store.write(keyOf(9), new Uint8Array(maxAnswerBytes + 1));
      await expect(tooLarge).rejects.toThrow(AnswerTooLargeError);
      expect((await store.readMany([keyOf(9)])).size).toBe(0);
    });

    const claimOf = (holder: string, clock: StillClock, attempt = "job-1") => ({
      holder,
      attempt: attempt as AttemptId,
      untilMs: clock.now() + 30_000,
      maxAsks: 3,
    });

    test("of many runs that claim an answer at once exactly one is to ask", async () => {
      const clock = new StillClock();
      const instance = await open(clock);
      const claimed = await Promise.all(
        numbers(20).map((run) => instance().claim(keyOf(1), claimOf(`run ${run}`, clock))),
      );
      const kinds = claimed.map(({ kind }) => kind).toSorted();
      expect(kinds).toEqual(["granted", ...numbers(19).map(() => "taken")]);
      const taken = claimed.find(({ kind }) => kind === "taken");
      expect(taken).toEqual({ kind: "taken", untilMs: clock.now() + 30_000 });
      expect((await instance().readMany([keyOf(1)])).size).toBe(0);
    });

    test("a claim finds the answer that another run has kept", async () => {
      const { clock, store } = await opened();
      await store.claim(keyOf(1), claimOf("first", clock));
      await store.write(keyOf(1), answerOf(7));
      const claimed = await store.claim(keyOf(1), claimOf("second", clock));
      const answer = claimed.kind === "answered" ? new Uint8Array(claimed.answer) : undefined;
      expect(answer).toEqual(answerOf(7));
    });

    test("a claim passes on when its time is over, and then its holder's end changes nothing", async () => {
      const { clock, store } = await opened();
      await store.claim(keyOf(1), claimOf("dead", clock));
      clock.skip(29_999);
      expect((await store.claim(keyOf(1), claimOf("next", clock))).kind).toBe("taken");
      clock.skip(1);
      expect(await store.claim(keyOf(1), claimOf("next", clock))).toEqual({
        kind: "granted",
        asks: 2,
      });
      await store.release(keyOf(1), claimOf("dead", clock), { asks: 0 });
      expect((await store.claim(keyOf(1), claimOf("third", clock))).kind).toBe("taken");
    });

    test("asks are counted over all runs of an attempt, and the last failure is known", async () => {
      const { clock, store } = await opened();
      const failure = { name: "ProviderTimeoutError", message: "late", atMs: 1_764_460_800_000 };
      for (const asks of [1, 2, 3]) {
        const claim = claimOf(`run ${asks}`, clock);
        const known = asks === 1 ? {} : { failure };
        expect(await store.claim(keyOf(1), claim)).toEqual({ kind: "granted", asks, ...known });
        await store.release(keyOf(1), claim, { asks: 0, failure });
      }
      expect(await store.claim(keyOf(1), claimOf("run 4", clock))).toEqual({
        kind: "spent",
        failure,
      });
      const retry = claimOf("run 5", clock, "job-2");
      expect(await store.claim(keyOf(1), retry)).toEqual({ kind: "granted", asks: 1 });
    });

    test("an ask that was not made is given back, and one may cost several", async () => {
      const { clock, store } = await opened();
      const claim = claimOf("run", clock);
      await store.claim(keyOf(1), claim);
      await store.release(keyOf(1), claim, { asks: -1 });
      expect(await store.claim(keyOf(1), claim)).toEqual({ kind: "granted", asks: 1 });
      await store.release(keyOf(1), claim, { asks: 2 });
      expect((await store.claim(keyOf(1), claim)).kind).toBe("spent");
    });

    test("other runs wait as long as the provider asked for", async () => {
      const { clock, store } = await opened();
      const claim = claimOf("run", clock);
      const notBeforeMs = clock.now() + 5_000;
      await store.claim(keyOf(1), claim);
      await store.release(keyOf(1), claim, { asks: 0, notBeforeMs });
      const other = claimOf("other", clock);
      expect(await store.claim(keyOf(1), other)).toEqual({ kind: "taken", untilMs: notBeforeMs });
      clock.skip(5_000);
      expect(await store.claim(keyOf(1), other)).toEqual({ kind: "granted", asks: 2 });
    });

    test("an answer past its time is asked for again, and found by nobody meanwhile", async () => {
      const { clock, store } = await opened();
      await store.write(keyOf(1), answerOf(1));
      clock.skip(retentionDays * 86_400_000);
      expect((await store.claim(keyOf(1), claimOf("run", clock))).kind).toBe("granted");
      expect((await store.readMany([keyOf(1)])).size).toBe(0);
    });
  });
}
