/**
 * npm run bench -- disk: appends of 100 B with fdatasync after each, per second, on the volatile disk and on a file
 * system of the npm package fuse-native in the same run, and how long a power cut takes. fuse-native is no dependency
 * of ours (it builds an addon and needs libfuse 2): install it anywhere and say FUSE_PEER=.../node_modules/fuse-native.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { mountVolatileDisk } from '../../simulator/disk/volatile-disk.ts';
import { siblingModule } from '../../simulator/sibling-module.ts';
import { median } from './measure.ts';

const ROUNDS = 7;
const APPENDS = 5000;
const CUTS = 500;
const LINE = 'x'.repeat(100);

export async function benchDisk(): Promise<void> {
  const peer = process.env.FUSE_PEER;
  const ours: number[] = [];
  const theirs: number[] = [];
  await onOurs(async (folder) => void appendRate(folder)); // both have warmed up when it counts
  for (let round = 0; round < ROUNDS; round++) {
    await onOurs(async (folder) => void ours.push(appendRate(folder)));
    if (peer) await onPeer(peer, (folder) => void theirs.push(appendRate(folder)));
  }
  console.log(`volatile disk: ${shown(ours)} appends with fdatasync per second`);
  if (peer) console.log(`fuse-native:   ${shown(theirs)}, ratio ${(median(ours) / median(theirs)).toFixed(1)} (best to best ${(Math.max(...ours) / Math.max(...theirs)).toFixed(1)})`);
  else console.log('fuse-native:   not measured; say FUSE_PEER=.../node_modules/fuse-native');
  await benchCut();
}

async function benchCut(): Promise<void> {
  await onOurs(async (folder, disk) => {
    const tookMs: number[] = [];
    for (let cut = 0; cut < CUTS; cut++) {
      for (let file = 0; file < 10; file++) fs.writeFileSync(path.join(folder, `file-${file}`), LINE);
      const startMs = performance.now();
      await disk.cut({ mode: 'none', seed: cut });
      tookMs.push(performance.now() - startMs);
    }
    const sorted = tookMs.toSorted((a, b) => a - b);
    const at = (share: number) => sorted[Math.floor(sorted.length * share)]!.toFixed(2);
    console.log(`power cut of 10 files: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, of ${CUTS}`);
  });
}

function appendRate(folder: string): number {
  const file = fs.openSync(path.join(folder, 'log'), 'a');
  const startMs = performance.now();
  for (let n = 0; n < APPENDS; n++) {
    fs.writeSync(file, LINE);
    fs.fdatasyncSync(file);
  }
  const seconds = (performance.now() - startMs) / 1000;
  fs.closeSync(file);
  return APPENDS / seconds;
}

const shown = (rates: number[]) => `${Math.round(median(rates))} (${Math.round(Math.min(...rates))} to ${Math.round(Math.max(...rates))})`;

async function onOurs(use: (folder: string, disk: Awaited<ReturnType<typeof mountVolatileDisk>>) => Promise<void>): Promise<void> {
  using folder = temporaryFolder();
  await using disk = await mountVolatileDisk({ folder: folder.path });
  await use(disk.outside, disk);
}

async function onPeer(module: string, use: (folder: string) => void): Promise<void> {
  using folder = temporaryFolder();
  const child = fork(siblingModule(import.meta.url, './disk-peer'), [folder.path, path.resolve(module)], { execArgv: [] });
  const ended = once(child, 'exit');
  const [said] = await Promise.race([once(child, 'message'), ended]);
  if (said !== 'mounted') throw new Error(`fuse-native did not mount: ${said}`);
  try {
    use(folder.path);
  } finally {
    child.disconnect();
    await ended;
  }
}

function temporaryFolder() {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), 'brownout-bench-'));
  return { path: made, [Symbol.dispose]: () => fs.rmdirSync(made) };
}
