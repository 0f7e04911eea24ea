import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../simulator/package-root.ts';

/** Which top-level folders a top-level folder may import from, besides its own. */
const MAY_IMPORT: Record<string, string[]> = {
  simulator: [],
  scenarios: ['simulator'],
  reports: [],
  harness: ['simulator', 'scenarios', 'reports'],
  dev: ['simulator', 'scenarios', 'harness', 'reports'],
};

const root = packageRoot();
const sources = Object.keys(MAY_IMPORT).flatMap((folder) => globSync(`${folder}/**/*.{ts,js,cjs,mjs}`, { cwd: root }));
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

function importsOf(file: string): string[] {
  const specifiers = read(file).matchAll(/(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g);
  return [...specifiers].map(([, specifier]) => path.join(path.dirname(file), specifier!));
}

test('folders import in one direction', () => {
  const wrong = sources.flatMap((file) => {
    const own = file.split(path.sep)[0]!;
    return importsOf(file)
      .filter((imported) => ![own, ...MAY_IMPORT[own]!].includes(imported.split(path.sep)[0]!))
      .map((imported) => `${file} imports ${imported}`);
  });
  expect(sources.length).toBeGreaterThan(50);
  expect(wrong).toEqual([]);
});

test('a file is one idea: under 300 lines', () => {
  const long = sources.filter((file) => read(file).split('\n').length > 300);
  expect(long).toEqual([]);
});
