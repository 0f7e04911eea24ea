import { z } from 'zod';
import { needsDisk, troubleDisk } from './disk-fault.ts';
import type { FaultKind } from './fault.ts';

const params = z.strictObject({
  times: z.int().min(1).max(1000).default(1).describe('How many syncs fail.'),
});
type Params = z.output<typeof params>;

/** A sync fails once, and a program that just tries again believes that all is well. */
export const fsyncError: FaultKind<'node', Params> = {
  kind: 'fsync-error',
  family: 'disk',
  target: 'node',
  onDisk: true,
  summary: 'The next syncs of the node fail with EIO, and what they were for never gets to the disk, whatever later syncs say.',
  limits: 'As on Linux, pages of a failed sync are taken for written: programs go on reading them, and only a page that is written once more gets to the disk.',
  params,
  unavailable: needsDisk,
  apply: (node, { times }) => troubleDisk(node, { kind: 'failing-sync', times }, (requests) => `${requests} syncs failed with EIO`),
};
