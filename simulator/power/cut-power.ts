import { CUT_MODES, type CutMode, type CutReport } from '../disk/cut.ts';
import type { Bite, FaultableNode } from '../faults/fault.ts';
import { z } from 'zod';

/** What a scenario says of each cut. */
export const survives = z
  .enum(CUT_MODES)
  .default('none')
  .describe(
    'What survives of that which was not synced. `none`: nothing. `prefix`: everything up to some moment, drawn from the seed. ' +
    '`torn`: some sectors and some names, drawn from the seed, as on a disk that writes in the order that it likes.',
  );

/** What one power cut did, measured at the node and at its disk. */
export interface PowerCut {
  /** The process that was up; undefined if the node was down already. */
  pid: number | undefined;
  /** Nothing of it is left, and it did not end by itself. */
  dead: boolean;
  lost: CutReport;
  /** How often the node has written to its disk since it was mounted. */
  writes: number;
  /** Gives the power back; the node does not boot by itself. */
  restore(): void;
}

/** Takes the power from a node: all its processes die at once, and its disk forgets. It cannot be booted until the power is restored. */
export async function cutPower(node: FaultableNode, { survives: mode, random }: { survives: CutMode; random: () => number }): Promise<PowerCut> {
  const disk = node.disk!;
  const { pid } = node;
  const restore = node.unplug?.() ?? (() => {});
  try {
    // In this order: what a dying process still holds in memory maps reaches the disk as un-synced, and is lost with the rest.
    await node.kill();
    const lost = await disk.cut({ mode, seed: Math.floor(random() * 2 ** 32) });
    const { writes } = await disk.statistics();
    const dead = node.pid === undefined && (node.processes?.() ?? []).length === 0 && (pid === undefined || node.exit === undefined || node.exit.signal === 'SIGKILL');
    return { pid, dead, lost, writes, restore };
  } catch (error) {
    restore();
    throw error;
  }
}

/** The proof for any number of cuts of one node. */
export function powerBite(cuts: readonly PowerCut[]): Bite {
  const sum = (of: (cut: PowerCut) => number) => cuts.reduce((total, cut) => total + of(cut), 0);
  const numbers = {
    cuts: cuts.length,
    lostWrites: sum(({ lost }) => lost.lostWrites),
    lostBytes: sum(({ lost }) => lost.lostBytes),
    lostMetadata: sum(({ lost }) => lost.lostMetadata),
    survivingOperations: sum(({ lost }) => lost.survivingOperations),
  };
  if (!cuts.every(({ dead }) => dead)) return { proven: false, detail: 'a process of the node has survived, or had ended by itself', numbers };
  if (!cuts.some(({ writes }) => writes > 0)) return { proven: false, detail: 'the node never wrote to its ${folder}, so that cutting that disk shows nothing', numbers };
  const times = cuts.length === 1 ? '' : `${cuts.length} times, `;
  const lost = `${numbers.lostWrites} writes of ${numbers.lostBytes} bytes and ${numbers.lostMetadata} changes of names`;
  return { proven: true, detail: `${times}every process was gone at once, and ${lost} that nobody had synced were lost`, numbers };
}
