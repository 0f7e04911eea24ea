import { z } from 'zod';
import { UNSEEN } from '../process-family.ts';
import { bootWithClockOff } from '../power/boot-clock.ts';
import { cutPower, powerBite, survives } from '../power/cut-power.ts';
import { needsClock } from './clock-bite.ts';
import { needsDisk } from './disk-fault.ts';
import { signedDuration } from './duration.ts';
import type { Bite, FaultKind } from './fault.ts';

const params = z.strictObject({
  survives,
  clock: signedDuration
    .optional()
    .describe('How far off the wall clock is at the boot, such as -20min for a box without a battery that goes on from when it last looked. It is set right once the node serves. Left out: it is right.'),
});
type Params = z.output<typeof params>;

/** The fuse blows: the whole node is off at once, with everything that its disk had not been told to keep. */
export const powerCut: FaultKind<'node', Params> = {
  kind: 'power-cut',
  family: 'power',
  target: 'node',
  onDisk: true,
  summary: 'The power of the node is cut: all its processes die at once, writes that were not synced are lost; it boots at the end.',
  limits:
    'Only what the node keeps in its ${folder} is on the disk that forgets. sync and syncfs of a whole disk do not reach it, ' +
    'fsync, fdatasync, O_SYNC and msync do. The kernel of the node does not boot: programs start as a service manager would start them. ' +
    UNSEEN,
  params,
  unavailable: (node, wanted) => needsDisk(node) ?? (wanted?.clock === undefined ? undefined : needsClock(node)),
  async apply(node, { survives: mode, clock: offMs }, { clock, random }) {
    const cut = await cutPower(node, { survives: mode, random });
    let clockWasOff: Bite | undefined;
    return {
      bite() {
        const power = powerBite([cut]);
        if (offMs === undefined || !power.proven) return power;
        const { proven, detail, numbers } = clockWasOff ?? { proven: false, detail: 'it has not booted yet', numbers: {} };
        return { proven, detail: `${power.detail}; at the boot, ${detail}`, numbers: { ...numbers, ...power.numbers } };
      },
      heal() {
        cut.restore();
        return offMs === undefined ? node.boot() : bootWithClockOff(node, offMs, clock, (bite) => (clockWasOff ??= bite));
      },
    };
  },
};
