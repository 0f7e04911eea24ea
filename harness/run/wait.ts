import { setTimeout as delay } from 'node:timers/promises';

/** Waits for milliseconds of real time; rejects with the signal's reason as soon as it is aborted. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  try {
    await delay(Math.max(0, ms), undefined, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/**
 * Asks again and again until the answer is yes. Resolves to whether it was, within the time given.
 * Rejects with the signal's reason as soon as it is aborted, and with whatever the question throws.
 */
export async function until(
  question: () => boolean | Promise<boolean>,
  { withinMs, everyMs = 50, signal }: { withinMs: number; everyMs?: number; signal?: AbortSignal },
): Promise<boolean> {
  const endMs = performance.now() + withinMs;
  for (;;) {
    signal?.throwIfAborted();
    if (await question()) return true;
    if (performance.now() >= endMs) return false;
    await pause(Math.min(everyMs, Math.max(1, endMs - performance.now())), signal);
  }
}
