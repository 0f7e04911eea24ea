import { mkdtempSync, openSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { mountVolatileDisk } from '../volatile-disk.ts';

/** Mounts a disk, keeps a file of it open, and waits to be killed. */
const folder = mkdtempSync(path.join(os.tmpdir(), 'brownout-disk-'));
await mountVolatileDisk({ folder });
writeFileSync(path.join(folder, 'file'), 'text');
openSync(path.join(folder, 'file'), 'r');
process.send!(folder);
