import { z } from 'zod';
import { seesProcesses, standsStill, type FamilyMember } from '../process-family.ts';
import type { Bite, FaultKind } from './fault.ts';

const params = z.strictObject({});

/** The node stands still and then goes on as if nothing had been: its machine was suspended, swapped, or busy elsewhere. */
export const pause: FaultKind<'node', z.output<typeof params>> = {
  kind: 'pause',
  family: 'process',
  target: 'node',
  summary: 'The node stands still (SIGSTOP to all its processes) and goes on at the end, without having noticed.',
  limits: 'The kernel goes on: connections stay open and take bytes until their buffers are full. Its clocks go on as well.',
  params,
  unavailable(node) {
    if (!seesProcesses) return { reason: 'this machine does not tell whether a process stands still', fix: 'run on Linux' };
    return node.pause ? undefined : { reason: `${node.name} cannot be paused`, fix: 'start it as a process of its own' };
  },
  async apply(node) {
    const resume = await node.pause!();
    const { pid } = node;
    const startMs = performance.now();
    const before = ticksOf(node.processes?.());
    let final: Bite | undefined;
    const bite = (): Bite => {
      if (final) return final;
      const members = node.pid === pid ? (node.processes?.() ?? []) : [];
      const stopped = members.filter(standsStill).length;
      const usedTicks = ticksOf(members) - before;
      const forMs = performance.now() - startMs;
      if (members.length === 0) return { proven: false, detail: 'the node did not survive its pause', numbers: { forMs } };
      const detail = `${stopped} of ${members.length} processes stood still and took ${usedTicks * 10} ms of processor time in ${Math.round(forMs)} ms`;
      return { proven: stopped === members.length && usedTicks === 0, detail, numbers: { stopped, processes: members.length, usedTicks, forMs } };
    };
    return {
      bite,
      async heal() {
        final ??= bite();
        await resume();
      },
    };
  },
};

const ticksOf = (members: readonly FamilyMember[] = []) => members.reduce((sum, { cpuTicks }) => sum + cpuTicks, 0);
