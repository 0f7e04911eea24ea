import { z } from 'zod';
import { needsDisk, troubleDisk } from './disk-fault.ts';
import type { FaultKind } from './fault.ts';

const params = z.strictObject({});

/** The kernel has found an error in the file system and takes no more writes, as `errors=remount-ro` does. */
export const readOnly: FaultKind<'node', z.output<typeof params>> = {
  kind: 'read-only',
  family: 'disk',
  target: 'node',
  onDisk: true,
  summary: "The node's disk takes no writes any more (EROFS), as after an error that made the kernel remount it.",
  limits: 'Writes through a shared memory map are refused when the kernel brings them to the disk, not when they are made.',
  params,
  unavailable: needsDisk,
  apply: (node) => troubleDisk(node, { kind: 'read-only' }, (requests) => `${requests} requests were refused with EROFS`),
};
