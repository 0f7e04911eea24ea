import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from './make-folder.ts';

test('a folder is made with all above it, twice over; a file in its place, or a file system that will not, is an error', () => {
  const place = mkdtempSync(path.join(os.tmpdir(), 'brownout-make-'));
  try {
    for (let time = 1; time <= 2; time++) makeFolder(path.join(place, 'a/b/c'));
    expect(existsSync(path.join(place, 'a/b/c'))).toBe(true);
    writeFileSync(path.join(place, 'file'), '');
    for (const wrong of ['file', 'file/x/y']) expect(() => makeFolder(path.join(place, wrong))).toThrow(/EEXIST|ENOTDIR/);
    expect(() => makeFolder('/proc/brownout/x')).toThrow(/ENOENT|ENOTSUP|EPERM|EROFS|EACCES/); // in Linux mkdir with recursive hangs here
  } finally {
    rmSync(place, { recursive: true });
  }
});
