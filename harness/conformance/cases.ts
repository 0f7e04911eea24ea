import type { FaultTargets } from '../../simulator/faults/fault.ts';
import type { HopLook } from './hop-witness.ts';
import type { NodeLook } from './node-witness.ts';
import type { NameLook, TimeLook } from './server-witness.ts';

/** What a witness has to see of one kind of failure. */
export interface Case<Look, Target> {
  /** As a scenario says them; left out where the kind needs none. */
  params?: object;
  /** What has to happen besides for anything to be seen. */
  provoke?(target: Target): Promise<void>;
  /** Whether the latest of these looks shows the failure. */
  shows(look: Look, all: Look[]): boolean;
  /** What is different for good; left out where nothing is. */
  leaves?(look: Look): boolean;
}

type HopCase = Case<HopLook, unknown>;
type NodeCase = Case<NodeLook, FaultTargets['node']>;

const hasEnded = ({ established: { how } }: HopLook) => how === 'FIN' || how === 'RST';
const takes = (leastMs: number) => ({ established, fresh }: HopLook) => [established, fresh].every(({ how, ms }) => how === 'answer' && ms >= leastMs);
const isSilent = ({ established, fresh }: HopLook) => established.how === 'silence' && fresh.how === 'silence';

const linkCases: Record<string, HopCase> = {
  blackhole: { shows: isSilent },
  cut: { shows: ({ established, fresh }) => established.how === 'FIN' && fresh.how === 'answer' },
  reset: { shows: ({ established, fresh }) => established.how === 'RST' && fresh.how === 'answer' },
  refuse: { shows: (look) => hasEnded(look) && look.fresh.how === 'refused' },
  hold: { shows: isSilent },
  latency: { params: { by: '200ms' }, shows: takes(400) },
  bandwidth: { params: { rate: '1kbit/s' }, shows: takes(100) },
  slice: { params: { bytes: 1, gap: '5ms' }, shows: ({ established, fresh }) => established.pieces >= 4 && fresh.pieces >= 4 },
  flap: { params: { every: '500ms', as: 'reset' }, shows: ({ fresh }, all) => fresh.how === 'answer' && all.some((it) => it.fresh.how === 'refused') },
  'lose-ack': { params: { client: 'witness' }, shows: (look) => hasEnded(look) && look.fresh.how === 'answer' },
  'late-reply': { params: { by: '500ms', every: 1 }, shows: takes(500) },
};

const isGone = ({ append, how }: NodeLook) => append === undefined && how !== 'silence';
const losesUnsynced = ({ hasUnsynced }: NodeLook) => !hasUnsynced;
const says = (error: string) => ({ append }: NodeLook) => append === error;
const HOUR_MS = 3_600_000;

const nodeCases: Record<string, NodeCase> = {
  crash: { shows: isGone },
  'power-cut': { shows: isGone, leaves: losesUnsynced },
  brownout: { params: { cuts: 2, off: '300ms', on: '300ms' }, shows: isGone, leaves: losesUnsynced },
  pause: { shows: ({ append, how }) => append === undefined && how === 'silence' },
  stop: { shows: isGone },
  upgrade: { shows: isGone },
  full: { shows: says('ENOSPC') },
  slow: { params: { by: '100ms' }, shows: ({ append, appendMs }) => append === 'ok' && appendMs >= 100 },
  'read-only': { shows: says('EROFS') },
  'fsync-error': { shows: says('EIO') },
  'lying-fsync': {
    // What it said was synced is gone with the power.
    async provoke(node) {
      await node.kill();
      await node.disk!.cut({ mode: 'none', seed: 1 });
      await node.boot();
    },
    shows: ({ append, syncedLost }) => append === 'ok' && syncedLost > 0,
    leaves: losesUnsynced,
  },
  jump: { params: { by: '+1h' }, shows: ({ clockAheadMs }) => Math.abs(clockAheadMs - HOUR_MS) < 1000 },
  drift: { params: { rate: 3 }, shows: ({ clockRate }) => clockRate > 2 },
  strobe: { params: { by: '+1h', every: '300ms' }, shows: ({ clockAheadMs, clockRate }) => clockAheadMs > HOUR_MS / 2 || Math.abs(clockRate) > 1000 },
  frozen: { shows: ({ clockRate }) => clockRate < 0.3 },
  'reset-at-boot': {
    async provoke(node) {
      await node.kill();
      await node.boot();
    },
    shows: ({ clockAheadMs }) => clockAheadMs < -50 * 365 * 24 * HOUR_MS,
  },
};

const knowsSession = ({ login }: HopLook) => login?.knowsSession === true;

const brokerCases: Record<string, HopCase> = {
  // By a crash, which leaves it less time to remember.
  restart: { params: { how: 'crash' }, shows: (look) => hasEnded(look) && look.fresh.how !== 'answer', leaves: knowsSession },
  'forget-sessions': { shows: (look) => hasEnded(look) && look.fresh.how !== 'answer', leaves: (look) => !knowsSession(look) },
  'refuse-logins': { shows: ({ login }) => login?.code === 5 },
  kick: { shows: (look) => hasEnded(look) && look.fresh.how === 'answer' },
  quota: { params: { 'per-second': 1 }, shows: hasEnded },
  poison: { params: { topic: 'from/' }, shows: (look) => hasEnded(look) || look.fresh.how !== 'answer' },
};

const nameCases: Record<string, Case<NameLook, unknown>> = {
  dns: { shows: (look) => look !== undefined && look.code === 3 },
};

const timeCases: Record<string, Case<TimeLook, unknown>> = {
  'lying-ntp': { params: { offset: '+1h' }, shows: (look) => look !== undefined && Math.abs(look.aheadMs - HOUR_MS) < 1000 },
};

/** By kind. Who sees it is the witness of what it happens to; of a link that is not found, one who asks for its name. */
export const cases = { ...linkCases, ...nodeCases, ...brokerCases, ...nameCases, ...timeCases } as Record<string, Case<unknown, unknown>>;
