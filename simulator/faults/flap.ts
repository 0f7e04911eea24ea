import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { blackhole } from './blackhole.ts';
import { interval } from './duration.ts';
import type { ActiveFault, FaultKind } from './fault.ts';
import { refuse } from './refuse.ts';

const params = z.strictObject({
  every: interval.refine((ms) => ms >= 20, 'expected at least 20ms').describe('How long it takes from one failure to the next.'),
  down: z.number().min(0.01).max(0.99).default(0.5).describe('For which part of each period the link is down: 0.5 is half of it.'),
  as: z
    .enum(['blackhole', 'cut', 'reset'])
    .default('blackhole')
    .describe('How it goes down: `blackhole` silently; `cut` and `reset` end every connection and refuse new ones until it is up.'),
});
type Params = z.output<typeof params>;

/** A loose plug, a failing port, a radio at the edge of its cell: down, up, down again. */
export const flap: FaultKind<'link', Params> = {
  kind: 'flap',
  family: 'link',
  target: 'link',
  summary: 'The link goes down and comes up again and again, in a fixed period.',
  limits: 'Each failure is what `blackhole` or `refuse` can do, with their limits.',
  params,
  async apply(link, { every, down, as }, context) {
    const over = new AbortController();
    let active: ActiveFault | undefined;
    let flaps = 0;
    let bitten = 0;
    const goDown = async () => {
      active = await (as === 'blackhole' ? blackhole.apply(link, { direction: 'both' }, context) : refuse.apply(link, { connected: as }, context));
      flaps++;
    };
    const goUp = async () => {
      const ending = active;
      active = undefined;
      await ending?.heal();
      if (ending && (await ending.bite()).proven) bitten++;
    };
    const startMs = performance.now();
    const until = (ms: number) => sleep(Math.max(0, startMs + ms - performance.now()), undefined, { signal: over.signal }).catch(() => {});
    const flapping = async () => {
      while (!over.signal.aborted) {
        await goDown();
        await until((flaps - 1 + down) * every);
        await goUp();
        await until(flaps * every);
      }
    };
    const ended = flapping();
    ended.catch(() => {}); // told when it is healed
    return {
      bite: () => ({ proven: bitten >= 2, detail: `it went down ${flaps} times, proven ${bitten} times`, numbers: { flaps, provenFlaps: bitten } }),
      async heal() {
        over.abort();
        await ended;
      },
    };
  },
};
