import { z } from 'zod';
import { needsDisk, troubleDisk } from './disk-fault.ts';
import { duration } from './duration.ts';
import type { FaultKind } from './fault.ts';

const params = z.strictObject({
  by: duration.refine((ms) => ms <= 60_000, 'expected at most 1min').default(50).describe('How much longer each read, write and sync takes.'),
});
type Params = z.output<typeof params>;

/** A worn-out SD card, or a disk that somebody else keeps busy. */
export const slow: FaultKind<'node', Params> = {
  kind: 'slow',
  family: 'disk',
  target: 'node',
  onDisk: true,
  summary: "Each read, write and sync of the node's disk takes longer.",
  limits: 'What the kernel has cached is read without delay, as in reality. The disk does one thing at a time, without a queue that it reorders.',
  params,
  unavailable: needsDisk,
  apply: (node, { by }) => troubleDisk(node, { kind: 'slow', latencyMs: by }, (requests) => `${requests} requests took ${by} ms longer each`),
};
