import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TestContext } from 'vitest';
import type { ForgetfulDisk } from '../forgetful-disk.ts';
import { DiskUnavailable, mountVolatileDisk, type VolatileDisk, type VolatileDiskOptions } from '../volatile-disk.ts';

/** A volatile disk over a folder of its own. Where this machine cannot have one, the test says why and is skipped. */
export function freshDisk(context: TestContext, options: Omit<VolatileDiskOptions, 'folder'> = {}): Promise<VolatileDisk> {
  return overFreshFolder(context, (folder) => mountVolatileDisk({ ...options, folder }));
}

export async function overFreshFolder<Disk extends ForgetfulDisk>(context: TestContext, mount: (folder: string) => Promise<Disk>): Promise<Disk> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'brownout-disk-'));
  const removeFolder = () => rmSync(folder, { recursive: true });
  let disk: Disk;
  try {
    disk = await mount(folder);
  } catch (error) {
    removeFolder();
    if (error instanceof DiskUnavailable) context.skip(`${error.message}. ${error.fix}`);
    throw error;
  }
  const dispose = async () => {
    await disk.unmount();
    removeFolder();
  };
  return Object.assign(disk, { [Symbol.asyncDispose]: dispose });
}
