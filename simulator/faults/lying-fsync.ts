import { z } from 'zod';
import { needsDisk, troubleDisk } from './disk-fault.ts';
import type { FaultKind } from './fault.ts';

const params = z.strictObject({});

/** A drive that confirms out of a cache that has no battery. It takes a power cut meanwhile to notice. */
export const lyingFsync: FaultKind<'node', z.output<typeof params>> = {
  kind: 'lying-fsync',
  family: 'disk',
  target: 'node',
  onDisk: true,
  summary: 'Syncs of the node succeed without doing anything; at the end the drive empties its cache. Combine it with a power cut.',
  limits: 'No program can defend itself against this: it shows what a cheap drive costs.',
  params,
  unavailable: needsDisk,
  apply: (node) => troubleDisk(node, { kind: 'lying-sync' }, (requests) => `${requests} syncs were confirmed and not done`),
};
