import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../simulator/package-root.ts';
import { casesOf } from './every-fault.ts';
import { failuresOfLibrary } from './pairs.ts';

test('the page about the reference holds every kind of failure at every target, and nothing that there is not', async () => {
  const page = readFileSync(path.join(packageRoot(), 'docs/reference-under-faults.md'), 'utf8');
  const rows = [...page.matchAll(/^\| ([a-z-]+) \| ([a-z-]+) \|/gm)].map(([, kind, target]) => `${kind} on ${target}`).filter((row) => row !== 'kind on target');
  const cases = casesOf(await failuresOfLibrary()).map(({ kind, target }) => `${kind} on ${target}`);
  expect(rows).toEqual(cases);
});

test('every kind of failure has bitten and healed at one target at least', () => {
  const page = readFileSync(path.join(packageRoot(), 'docs/reference-under-faults.md'), 'utf8');
  const bitten = new Set([...page.matchAll(/^\| ([a-z-]+) \| [a-z-]+ \| ✓ .* \| ✓ \| /gm)].map(([, kind]) => kind));
  const kinds = new Set([...page.matchAll(/^\| ([a-z-]+) \| [a-z-]+ \| [✓–]/gm)].map(([, kind]) => kind));
  expect([...kinds].filter((kind) => !bitten.has(kind))).toEqual([]);
});
