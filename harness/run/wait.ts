import { setTimeout as delay } from 'node:timers/promises';

/** A timer of Node.js that is to ring later than this rings at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Waits for milliseconds of real time, however many; rejects with the signal's reason as soon as it is aborted. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  const endMs = performance.now() + ms;
  try {
    for (let restMs = ms; ; restMs = endMs - performance.now()) {
      await delay(Math.max(0, Math.min(restMs, LONGEST_TIMER_MS)), undefined, { signal });
      if (restMs <= LONGEST_TIMER_MS) return;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/** A pause that took this much longer than it should: this process was suspended or starved meanwhile. */
const OVERSLEPT_MS = 100;

/**
 * Asks again and again until the answer is yes. Resolves to whether it was, within the time given. Time in which this process
 * could not ask, because it stood still, does not count: whoever is waited for gets all of the time.
 * Rejects with the signal's reason as soon as it is aborted, and with whatever the question throws.
 */
export async function until(
  question: () => boolean | Promise<boolean>,
  { withinMs, everyMs = 50, signal }: { withinMs: number; everyMs?: number; signal?: AbortSignal },
): Promise<boolean> {
  let endMs = performance.now() + withinMs;
  for (;;) {
    signal?.throwIfAborted();
    if (await question()) return true;
    const askedAtMs = performance.now();
    if (askedAtMs >= endMs) return false;
    const pauseMs = Math.min(everyMs, Math.max(1, endMs - askedAtMs));
    await pause(pauseMs, signal);
    const oversleptMs = performance.now() - askedAtMs - pauseMs;
    if (oversleptMs > OVERSLEPT_MS) endMs += oversleptMs;
  }
}
