import type { Death } from '../life.ts';
import { numberOf } from '../plan.ts';
import { drift, frozen, jump, strobe, type Distortion } from '../wall-clock.ts';
import type { NodeName, World } from '../world.ts';
import { counting, targetOf, type ActiveFault, type Apply } from './active.ts';

/** A clock without a battery wakes up in the past. */
const STALE_BY_MICROS = 40 * 365 * 86_400 * 1e6;

/** Faults of power, of processes, and of the nodes' clocks and disks. */
export const nodeFaults: Record<string, Apply> = {
  'power/crash': down('crash'),
  /** The clock may be off at the boot, until the node serves. */
  'power/power-cut': (world, fault, random) => {
    const cut = down('power-cut')(world, fault, random);
    const offMs = numberOf(fault, 'clock', 0);
    if (offMs === 0) return cut;
    const restore = targetOf(world.lives, fault).clock.distort(jump(offMs * 1000));
    return { ...cut, heal: (healed) => cut.heal(() => { restore(); healed(); }) };
  },
  /** The mains flicker: a burst of cuts, then the power stays. */
  'power/brownout': (world, fault) => {
    const node = targetOf(world.lives, fault).name as NodeName;
    const [offMicros, onMicros] = [numberOf(fault, 'off', 200) * 1000, numberOf(fault, 'on', 800) * 1000];
    let left = numberOf(fault, 'cuts', 3);
    let cuts = 0;
    let up: ReturnType<World['keepDown']> | undefined;
    const cut = () => {
      if (left-- <= 0) return;
      cuts++;
      up = world.keepDown(node, 'power-cut');
      world.loop.after(offMicros, () => {
        up?.(() => {});
        up = undefined;
      });
      world.loop.after(offMicros + onMicros, cut);
    };
    cut();
    return {
      heal(healed) {
        left = 0;
        const back = up;
        up = undefined;
        if (back) back(healed);
        else world.whenUp(node, healed);
      },
      bite: () => ({ proven: cuts > 0, detail: `${cuts} power cuts`, numbers: { cuts } }),
    };
  },
  'process/stop': down('stop'),
  'process/upgrade': down('stop'),
  'process/pause': (world, fault) => {
    const life = targetOf(world.lives, fault);
    return counting(() => life.delayed, 'things waited', life.pause());
  },
  'disk/full': (world, fault) => {
    const disk = targetOf(world.disks, fault);
    return counting(() => disk.disturbed, 'writes refused', disk.full());
  },
  'disk/read-only': (world, fault) => {
    const disk = targetOf(world.disks, fault);
    return counting(() => disk.disturbed, 'writes refused', disk.readOnly());
  },
  'disk/fsync-error': (world, fault) => {
    const disk = targetOf(world.disks, fault);
    return counting(() => disk.disturbed, 'syncs failed', disk.failSyncs(numberOf(fault, 'times', 1)));
  },
  /** Nothing can be done against it: it shows what a cheap drive costs. At the end the drive empties its cache. */
  'disk/lying-fsync': (world, fault) => {
    const disk = targetOf(world.disks, fault);
    const tellTheTruth = disk.lie();
    return counting(() => disk.disturbed, 'syncs confirmed and not done', () => {
      tellTheTruth();
      world.gateway.outbox.synced();
    });
  },
  'disk/slow': (world, fault) => {
    const disk = targetOf(world.disks, fault);
    return counting(() => disk.disturbed, 'syncs slowed down', disk.slowDown(numberOf(fault, 'by', 50) * 1000));
  },
  'clock/jump': clock((fault) => jump(numberOf(fault, 'by', 3_600_000) * 1000)),
  'clock/drift': clock((fault, now) => drift(numberOf(fault, 'rate', 1.05), now)),
  'clock/strobe': clock((fault, now) => strobe(numberOf(fault, 'by', 3_600_000) * 1000, numberOf(fault, 'every', 300) * 1000, now)),
  'clock/frozen': clock((_, now) => frozen(now)),
  /** No battery: every boot while it is in force begins with a clock that is years behind, until the fault ends. */
  'clock/reset-at-boot': (world, fault) => {
    const life = targetOf(world.lives, fault);
    const { incarnation } = life;
    const restore = life.clock.distort((shown) => (life.incarnation > incarnation ? shown - STALE_BY_MICROS : shown));
    return counting(() => life.incarnation, 'boots with a stale clock', restore);
  },
};

function down(how: Death): Apply {
  return (world, fault): ActiveFault => {
    const life = targetOf(world.lives, fault);
    const lost = fault.target === 'gateway' ? world.gateway.outbox.unsyncedWrites : 0;
    const up = world.keepDown(fault.target as NodeName, how);
    const proven = !life.up;
    return { heal: up, bite: () => ({ proven, detail: `${fault.target} was down: ${how}`, numbers: { unsyncedWrites: lost } }) };
  };
}

function clock(distortion: (fault: Parameters<Apply>[1], nowMicros: number) => Distortion): Apply {
  return (world: World, fault) => {
    const life = targetOf(world.lives, fault);
    const restore = life.clock.distort(distortion(fault, world.loop.nowMicros));
    return {
      heal(healed) {
        restore();
        healed();
      },
      bite: () => {
        const offsetMicros = life.wallMicros() - world.loop.nowMicros;
        return { proven: true, detail: `the clock was ${Math.round(offsetMicros / 1000)} ms off at the end`, numbers: { offsetMs: Math.round(offsetMicros / 1000) } };
      },
    };
  };
}
