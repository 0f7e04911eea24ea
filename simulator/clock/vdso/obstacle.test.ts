import { expect, test } from 'vitest';
import { perlProgram } from './perl.ts';
import { findObstacle } from './obstacle.ts';

const perl = perlProgram();
const here = { platform: process.platform, arch: process.arch, perl };

test('what keeps a machine from skewing clocks through the vDSO is told', async () => {
  expect(await findObstacle({ ...here, arch: 'arm64' })).toContain('arm64');
  expect(await findObstacle({ ...here, platform: 'linux', arch: 'x64', perl: undefined })).toBe('perl is not installed');
});

test.skipIf(process.platform !== 'linux' || process.arch !== 'x64')('a Perl that does nothing, and one that is none, are found out', async () => {
  expect(await findObstacle({ ...here, perl: '/bin/true' })).toMatch(/told NaN|tracer/);
  expect(await findObstacle({ ...here, perl: '/no/such/perl' })).toContain('ENOENT');
});
