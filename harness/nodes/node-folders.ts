import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DiskUnavailable, mountVolatileDisk, type VolatileDisk } from '../../simulator/disk/volatile-disk.ts';
import { faultKind } from '../../simulator/faults/registry.ts';
import type { PlannedFault } from '../../scenarios/schema/scenario.ts';

/** Where a node keeps what has to survive a restart. */
export interface NodeFolder {
  /** As the node sees it: `${folder}`. */
  inside: string;
  /** As this process and the outlet see it: `${folder.NODE}`. */
  outside: string;
  disk?: VolatileDisk;
  /** Why it is an ordinary folder, although a fault of the scenario needs a volatile disk. */
  diskObstacle?: { reason: string; fix: string };
}

/** Makes a folder for every node, and mounts a volatile disk over those that a fault of the plan needs it for. */
export async function makeNodeFolders(
  names: readonly string[],
  { plan, workFolder, owned }: { plan: readonly PlannedFault[]; workFolder: string; owned: AsyncDisposableStack },
): Promise<Map<string, NodeFolder>> {
  const onDisk = new Set(plan.filter(({ kind }) => faultKind(kind)!.onDisk).map(({ target }) => target));
  const folders = new Map<string, NodeFolder>();
  for (const name of names) {
    const folder = path.join(workFolder, name);
    mkdirSync(folder, { recursive: true });
    folders.set(name, onDisk.has(name) ? await onVolatileDisk(folder, owned) : { inside: folder, outside: folder });
  }
  return folders;
}

async function onVolatileDisk(folder: string, owned: AsyncDisposableStack): Promise<NodeFolder> {
  try {
    const disk = owned.use(await mountVolatileDisk({ folder }));
    return { inside: disk.folder, outside: disk.outside, disk };
  } catch (error) {
    if (!(error instanceof DiskUnavailable)) throw error;
    return { inside: folder, outside: folder, diskObstacle: { reason: error.message, fix: error.fix } };
  }
}
