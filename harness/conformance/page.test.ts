import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { faultKinds } from '../../simulator/faults/registry.ts';
import { packageRoot } from '../../simulator/package-root.ts';
import { everyFailure } from './scene.ts';

const page = readFileSync(path.join(packageRoot(), 'docs/conformance.md'), 'utf8');

test('the page of conformance holds every kind of failure at every target, and nothing that there is not', () => {
  const rows = [...page.matchAll(/^\| ([a-z-]+) \| ([a-z-]+) \|/gm)].map(([, kind, target]) => `${kind} on ${target}`).filter((row) => row !== 'kind on target');
  expect(rows).toEqual(everyFailure().map(({ kind, target }) => `${kind.kind} on ${target}`));
});

test('every kind of failure was seen at one target at least', () => {
  const seen = new Set([...page.matchAll(/^\| ([a-z-]+) \| [a-z-]+ \| (?!–)/gm)].map(([, kind]) => kind));
  expect(faultKinds.map(({ kind }) => kind).filter((kind) => !seen.has(kind))).toEqual([]);
});
