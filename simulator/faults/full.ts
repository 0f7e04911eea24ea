import { z } from 'zod';
import { needsDisk, troubleDisk } from './disk-fault.ts';
import type { FaultKind } from './fault.ts';

const params = z.strictObject({});

/** Somebody else's logs have filled the disk. */
export const full: FaultKind<'node', z.output<typeof params>> = {
  kind: 'full',
  family: 'disk',
  target: 'node',
  onDisk: true,
  summary: "The node's disk is full (ENOSPC): files grow only into what the node itself frees.",
  limits: 'Counted in bytes of files, not in blocks and inodes: new names and empty files can still be made.',
  params,
  unavailable: needsDisk,
  apply: (node) => troubleDisk(node, { kind: 'full' }, (requests) => `${requests} writes were refused with ENOSPC`),
};
