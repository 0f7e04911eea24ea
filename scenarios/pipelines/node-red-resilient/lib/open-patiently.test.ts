import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';

const require = createRequire(import.meta.url);
const { openPatiently } = require('./open-patiently.cjs');
const { DurableQueue } = require('./queue.cjs');
const { Store } = require('./store.cjs');

test.each([
  ['a gateway', (file: string) => new DurableQueue({ file, boot: 'b', wallOffsetMicros: 0, gapAfterMicros: 350_000 })],
  ['an ingest', (file: string) => new Store(file)],
])('%s that boots while its disk refuses waits, says why once, and goes on when it can', (_, open) => {
  const place = mkdtempSync(path.join(tmpdir(), 'open-patiently-'));
  const folder = path.join(place, 'not-there-yet');
  const said: string[] = [];
  const say = (message: string) => {
    said.push(message);
    mkdirSync(folder);
  };
  try {
    const opened = openPatiently(() => open(path.join(folder, 'file.sqlite')), say, 10);
    expect(said).toEqual([expect.stringContaining('unable to open database file')]);
    opened.close();
  } finally {
    rmSync(place, { recursive: true });
  }
});
