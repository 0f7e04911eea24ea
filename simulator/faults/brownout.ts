import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { cutPower, powerBite, survives, type PowerCut } from '../power/cut-power.ts';
import { needsDisk } from './disk-fault.ts';
import { interval } from './duration.ts';
import type { FaultContext, FaultKind, FaultableNode } from './fault.ts';

const params = z.strictObject({
  cuts: z.int().min(2).max(50).default(3).describe('How often the power is cut.'),
  off: interval.default(200).describe('How long it is off each time.'),
  on: interval.default(800).describe('How long it is back before it is cut again: less than a boot takes hits the node while it boots.'),
  survives,
});
type Params = z.output<typeof params>;

/** The mains flicker: the node is cut, comes up, is cut again while it recovers, and so on; then the power stays. */
export const brownout: FaultKind<'node', Params> = {
  kind: 'brownout',
  family: 'power',
  target: 'node',
  onDisk: true,
  summary: 'A burst of power cuts, also while the node boots and recovers from the one before.',
  limits: 'As those of power-cut. A voltage that sags without going, and what that does to a processor, is not simulated.',
  params,
  unavailable: needsDisk,
  async apply(node, wanted, { random }) {
    const over = new AbortController();
    const cuts = [await cutPower(node, { survives: wanted.survives, random })];
    const burst = flicker(node, wanted, random, cuts, over.signal).catch((error: Error) => {
      if (!over.signal.aborted) throw error;
    });
    burst.catch(() => {}); // it is reported by heal
    const bite = () => {
      const all = powerBite(cuts);
      return cuts.length < 2 ? { ...all, proven: false, detail: `there was no time for a second cut; ${all.detail}` } : all;
    };
    return {
      bite,
      async heal() {
        over.abort();
        await burst;
        cuts.at(-1)!.restore();
        await node.boot();
      },
    };
  },
};

/** Power on, power off, until there were as many cuts as wanted; then on. A node that does not come up meanwhile is cut all the same. */
async function flicker(node: FaultableNode, wanted: Params, random: FaultContext['random'], cuts: PowerCut[], signal: AbortSignal): Promise<void> {
  while (cuts.length < wanted.cuts) {
    await sleep(wanted.off, undefined, { signal });
    cuts.at(-1)!.restore();
    const boot = node.boot().catch(() => {});
    await sleep(wanted.on, undefined, { signal });
    cuts.push(await cutPower(node, { survives: wanted.survives, random }));
    await boot;
  }
  await sleep(wanted.off, undefined, { signal });
  cuts.at(-1)!.restore();
  await node.boot().catch(() => {}); // what does not come up now is asked once more at the end
}
