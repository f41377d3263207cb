/** Ends an actor at each of its port calls in turn, before or after it. */
import type { OnCall, PortCall } from "./fakes/models/calls.ts";
import { portsOf, type World } from "./fakes/world.ts";

export class Crash extends Error {
  override readonly name = "Crash";
}

/** Lets this many calls pass and ends the function at the next; without a number it lives. */
export function dyingAt(calls: number | undefined): OnCall {
  let left = calls ?? Number.POSITIVE_INFINITY;
  return () => {
    if (left-- <= 0) throw new Crash("killed");
  };
}

/** @returns whether the function died */
export async function orDie(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return false;
  } catch (error) {
    if (!isDeath(error)) throw error;
    return true;
  }
}

function isDeath(error: unknown): boolean {
  return error instanceof Crash || (error instanceof Error && isDeath(error.cause));
}

/**
 * `crash`: nothing the actor does from there on reaches the world.
 * `fault`: one call fails (before) or its answer is lost (after); the actor goes on.
 */
export type Disturbance = "crash" | "fault";

export interface Ended {
  /** What the actor answered, if it did. */
  readonly answer?: unknown;
  readonly error?: unknown;
}

export interface Drama<Scene> {
  /** A new world, the same each time. */
  readonly arrange: () => Promise<Scene>;
  readonly worldOf: (scene: Scene) => World;
  /** What the disturbed actor does. */
  readonly act: (scene: Scene, ports: World) => Promise<unknown>;
  /** What must hold afterwards, whatever happened. */
  readonly check: (scene: Scene, ended: Ended) => Promise<void>;
}

/**
 * Plays the drama once for each call that the undisturbed actor makes, before
 * and after it.
 * @returns the places disturbed, as `port.method phase`
 */
export async function expectAtEachCall<Scene>(
  disturbance: Disturbance,
  drama: Drama<Scene>,
): Promise<string[]> {
  const places: string[] = [];
  await play(drama, (call) => void places.push(nameOf(call)));
  for (const [index, place] of places.entries()) {
    let calls = 0;
    const disturbed: OnCall = (call) => {
      const number = calls++;
      const strikes = disturbance === "crash" ? number >= index : number === index;
      if (strikes) throw new Crash(`${disturbance} at ${nameOf(call)}`);
    };
    await play(drama, disturbed).catch((error: unknown) => {
      throw new Error(`After a ${disturbance} at call ${index}, ${place}`, { cause: error });
    });
  }
  return places;
}

async function play<Scene>(drama: Drama<Scene>, onCall: OnCall): Promise<void> {
  const scene = await drama.arrange();
  const ports = portsOf(drama.worldOf(scene), onCall);
  const ended: Ended = await drama.act(scene, ports).then(
    (answer) => ({ answer }),
    (error: unknown) => ({ error }),
  );
  await drama.check(scene, ended);
}

const nameOf = ({ port, method, phase }: PortCall) => `${port}.${method} ${phase}`;
