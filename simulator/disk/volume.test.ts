import fc from 'fast-check';
import os from 'node:os';
import { expect, test } from 'vitest';
import type { CutMode } from './cut.ts';
import type { Inode } from './inode.ts';
import type { Metadata } from './journal.ts';
import { Volume } from './volume.ts';
import { EIO } from './wire/errno.ts';
import { MODE } from './wire/protocol.ts';

/** What programs do to a folder of a few files. */
type Step =
  | { do: 'write' | 'resize'; file: number; offset: number; length: number; fill: number }
  | { do: 'create' | 'remove' | 'sync'; file: number }
  | { do: 'rename'; file: number; to: number }
  | { do: 'sync-folder' };

const FILES = 4;
const file = fc.nat(FILES - 1);
const write = { file, offset: fc.nat(6000), length: fc.integer({ min: 1, max: 3000 }), fill: fc.integer({ min: 1, max: 255 }) };
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('write' as const), ...write }) },
  fc.record({ do: fc.constant('resize' as const), ...write }),
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('create' as const, 'sync' as const), file }) },
  fc.record({ do: fc.constant('remove' as const), file }),
  { weight: 2, arbitrary: fc.record({ do: fc.constant('rename' as const), file, to: file }) },
  fc.record({ do: fc.constant('sync-folder' as const) }),
);
const steps = fc.array(step, { maxLength: 40 });

type Picture = Record<string, string>;

/** A volume, and beside it the plainest account of what must survive: whole copies, taken when something is synced. */
class Pair {
  readonly volume: Volume;
  safeNames = new Map<string, Inode>();
  readonly safeContents = new Map<Inode, Buffer>();

  constructor(metadata: Metadata) {
    this.volume = new Volume({ metadata, quotaBytes: Infinity, contentFolder: os.tmpdir() });
  }

  get folder(): Inode {
    return this.volume.root;
  }

  do(it: Step): void {
    const { volume, folder } = this;
    if (it.do === 'sync-folder') return this.sync(folder);
    const name = String(it.file);
    const inode = folder.entries!.get(name);
    if (it.do === 'create') {
      if (!inode) volume.name({ folder, name, after: volume.make({ mode: MODE.file | 0o644, uid: 0, gid: 0 }) });
    } else if (!inode) return;
    else if (it.do === 'write') volume.write(inode, it.offset, Buffer.alloc(it.length, it.fill));
    else if (it.do === 'resize') volume.resize(inode, it.offset);
    else if (it.do === 'remove') volume.name({ folder, name, after: undefined });
    else if (it.do === 'sync') this.sync(inode);
    else if (it.do === 'rename' && it.file !== it.to) volume.name({ folder, name, after: undefined }, { folder, name: String(it.to), after: inode });
  }

  sync(inode: Inode): void {
    this.volume.sync(inode);
    if (inode.content) this.safeContents.set(inode, contentOf(inode));
    if (inode === this.folder || this.volume.options.metadata === 'journal') this.safeNames = new Map(this.folder.entries);
  }

  cut(mode: CutMode, seed = 1): void {
    this.volume.cut({ mode, seed });
  }

  picture(): Picture {
    return pictureOf(this.folder.entries!, contentOf);
  }

  safePicture(): Picture {
    return pictureOf(this.safeNames, (inode) => this.safeContents.get(inode) ?? Buffer.alloc(0));
  }
}

function contentOf(inode: Inode): Buffer {
  const bytes = Buffer.alloc(inode.sizeBytes);
  inode.content!.read(0, bytes);
  return bytes;
}

function pictureOf(names: Map<string, Inode>, content: (inode: Inode) => Buffer): Picture {
  return Object.fromEntries([...names].map(([name, inode]) => [name, content(inode).toString('hex')] as const).toSorted());
}

test('mode none leaves exactly what was synced, again and again', () => {
  fc.assert(
    fc.property(fc.array(steps, { minLength: 1, maxLength: 4 }), fc.constantFrom('journal' as const, 'strict' as const), (rounds, metadata) => {
      const pair = new Pair(metadata);
      for (const round of rounds) {
        for (const it of round) pair.do(it);
        pair.cut('none');
        expect(pair.picture()).toEqual(pair.safePicture());
      }
      const { volume } = pair;
      const sizes = [...pair.folder.entries!.values()].map(({ sizeBytes }) => sizeBytes);
      expect(volume.usedBytes).toBe(sizes.reduce((sum, size) => sum + size, 0));
      expect(volume.inodeCount).toBe(1 + sizes.length);
    }),
    { numRuns: 150 },
  );
});

test('mode prefix leaves the disk as it was at some moment since the last sync, but for one write cut short', () => {
  fc.assert(
    fc.property(steps, steps, fc.nat(), (before, after, seed) => {
      const pair = new Pair('journal');
      for (const it of before) pair.do(it);
      for (const inode of [pair.folder, ...pair.folder.entries!.values()]) pair.sync(inode);
      const moments = [pair.picture()];
      for (const it of after.filter((each) => !each.do.startsWith('sync'))) {
        pair.do({ ...it, offset: 0, length: 300 } as Step); // one sector, which is never torn
        moments.push(pair.picture());
      }
      pair.cut('prefix', seed);
      expect(moments).toContainEqual(pair.picture());
    }),
    { numRuns: 150 },
  );
});

test('whatever the mode, seed and metadata, bytes that were synced and not touched since survive', () => {
  fc.assert(
    fc.property(steps, fc.constantFrom('prefix' as const, 'torn' as const), fc.constantFrom('journal' as const, 'strict' as const), fc.nat(), (all, mode, metadata, seed) => {
      const pair = new Pair(metadata);
      pair.do({ do: 'create', file: 0 });
      const kept = pair.folder.entries!.get('0')!;
      pair.volume.write(kept, 0, Buffer.from('synced'));
      pair.sync(kept);
      pair.sync(pair.folder);
      pair.volume.name({ folder: pair.folder, name: 'kept', after: kept });
      pair.sync(pair.folder);
      for (const it of all) if (!('file' in it) || it.file !== 0) pair.do('to' in it && it.to === 0 ? { ...it, to: 1 } : it);
      pair.volume.write(kept, 6, Buffer.from(' and more'));
      pair.cut(mode, seed);
      expect(String(contentOf(pair.folder.entries!.get('kept')!).subarray(0, 6))).toBe('synced');
    }),
    { numRuns: 150 },
  );
});

/** A volume in strict mode with folders a, b and c, and a file x in a; all of that is safe. */
function threeFolders() {
  const { volume } = new Pair('strict');
  const [a, b, c] = ['a', 'b', 'c'].map((name) => {
    const folder = volume.make({ mode: MODE.folder | 0o755, uid: 0, gid: 0 });
    volume.name({ folder: volume.root, name, after: folder });
    return folder;
  }) as [Inode, Inode, Inode];
  const x = volume.make({ mode: MODE.file | 0o644, uid: 0, gid: 0 });
  volume.name({ folder: a, name: 'x', after: x });
  volume.journal.syncAll();
  return { volume, a, b, c, x };
}

test('metadata strict: a rename that was synced from one end is not undone by what happened before at the other', () => {
  const { volume, a, b, x } = threeFolders();
  const old = volume.make({ mode: MODE.file | 0o644, uid: 0, gid: 0 });
  volume.name({ folder: b, name: 'x', after: old });
  volume.name({ folder: b, name: 'x', after: undefined });
  volume.name({ folder: a, name: 'x', after: undefined }, { folder: b, name: 'x', after: x });
  volume.sync(a);
  volume.cut({ mode: 'none', seed: 1 });
  expect(b.entries!.get('x')).toBe(x);
  expect(a.entries!.size).toBe(0);
});

test('metadata strict: whatever a torn cut does, a file that was moved twice is in one place', () => {
  const places = Array.from({ length: 40 }, (_, seed) => {
    const { volume, a, b, c, x } = threeFolders();
    volume.name({ folder: a, name: 'x', after: undefined }, { folder: b, name: 'x', after: x });
    volume.name({ folder: b, name: 'x', after: undefined }, { folder: c, name: 'x', after: x });
    volume.cut({ mode: 'torn', seed });
    expect(x.names).toBe(1);
    return [a, b, c].findIndex(({ entries }) => entries!.has('x'));
  });
  expect(new Set(places)).toEqual(new Set([0, 1, 2]));
});

/** A file of two pages of o, written over with n nearly from end to end, after a torn cut. */
function tear(seed: number): string {
  const pair = new Pair('journal');
  pair.do({ do: 'create', file: 0 });
  const inode = pair.folder.entries!.get('0')!;
  pair.volume.write(inode, 0, Buffer.alloc(8192, 'o'));
  pair.sync(inode);
  pair.volume.write(inode, 100, Buffer.alloc(8000, 'n'));
  pair.cut('torn', seed);
  return String(contentOf(inode));
}

test('a torn cut leaves whole sectors of the old or of the new, and the same seed the same', () => {
  const torn = tear(7);
  expect(torn).toBe(tear(7));
  expect(torn).not.toBe(tear(8));
  const sectors = torn.match(/.{512}/g)!.map((sector, index) => (index === 0 ? sector.slice(100) : index === 15 ? sector.slice(0, 420) : sector));
  expect(sectors.every((sector) => /^(o+|n+)$/.test(sector))).toBe(true);
  expect(new Set(sectors.map((sector) => sector[0])).size).toBe(2);
});

test('what a failed sync was for never gets to the disk, though programs see it and later syncs succeed', () => {
  const pair = new Pair('journal');
  pair.do({ do: 'create', file: 0 });
  const inode = pair.folder.entries!.get('0')!;
  pair.volume.write(inode, 0, Buffer.alloc(3 * 4096, 'a'));
  pair.sync(inode);
  pair.volume.troubles.impose(1, { kind: 'failing-sync', times: 1 }, 0);
  pair.volume.write(inode, 0, Buffer.from('lost'));
  pair.volume.write(inode, 4096, Buffer.from('lost'));
  expect(() => pair.volume.sync(inode)).toThrow(EIO);
  pair.volume.write(inode, 5000, Buffer.from('b')); // the same page as the second: Linux writes it as a whole
  pair.volume.write(inode, 3 * 4096, Buffer.from('end'));
  const seen = String(contentOf(inode));
  pair.sync(inode);
  expect(String(contentOf(inode))).toBe(seen);
  expect(seen.slice(0, 4)).toBe('lost');
  pair.cut('torn', 3);
  const left = String(contentOf(inode));
  expect([left.slice(0, 4), left.slice(4096, 4100), left[5000], left.slice(-3)]).toEqual(['aaaa', 'lost', 'b', 'end']);
  expect(pair.volume.troubles.hits(1)).toBe(1);
});

test('what is remembered for a cut is bounded: the oldest gets to the disk by itself', () => {
  const pair = new Pair('journal');
  pair.do({ do: 'create', file: 0 });
  const inode = pair.folder.entries!.get('0')!;
  for (let sizeBytes = 1; sizeBytes <= 100_010; sizeBytes++) pair.volume.resize(inode, sizeBytes);
  expect(pair.volume.journal.operations).toBe(100_000);
  pair.cut('none');
  expect(pair.folder.entries!.get('0')!.sizeBytes).toBe(10);
});
