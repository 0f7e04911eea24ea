import path from 'node:path';
import { expect, test } from 'vitest';
import { surroundings } from './surroundings.ts';

const OURS = { PATH: '/usr/bin', HOME: '/home/me', LC_ALL: 'C.UTF-8', NPM_TOKEN: 'secret', LICENCE: 'key', NODE_OPTIONS: '--inspect', LC_lower: 'x' };

test('a node gets what programs need to run, and no secret of ours', () => {
  const PATH = `${path.dirname(process.execPath)}${path.delimiter}/usr/bin`;
  expect(surroundings([], 'gateway', OURS)).toEqual({ PATH, HOME: '/home/me', LC_ALL: 'C.UTF-8' });
  expect(surroundings(['LICENCE'], 'gateway', OURS)).toEqual({ PATH, HOME: '/home/me', LC_ALL: 'C.UTF-8', LICENCE: 'key' });
});

test('what it inherits must be there', () => {
  expect(() => surroundings(['LICENSE', 'LICENCE'], 'gateway', OURS)).toThrow('node gateway inherits LICENSE, which is not set in the environment of brownout');
});
