import { expect, test } from 'vitest';
import { freshDisk } from './testing/fresh-disk.ts';
import { ordeal, TABLE } from './testing/power-table.ts';

test('a power cut costs SQLite, a log and a replaced file just what their syncs allow', async (context) => {
  await using disk = await freshDisk(context);
  for (const [index, row] of TABLE.entries()) {
    const cut = () => disk.cut({ mode: 'none', seed: 1 });
    const { acknowledged, found, lost } = await ordeal(disk, row, { cut, until: 75, name: String(index) });
    expect(acknowledged, row.name).toBe(75);
    expect(lost, row.name).toBeLessThanOrEqual(row.mayLose);
    if (row.surelyLoses) expect(lost, row.name).toBeGreaterThan(0);
    if (row.staysWhole) expect(found, row.name).toBeDefined();
  }
});
