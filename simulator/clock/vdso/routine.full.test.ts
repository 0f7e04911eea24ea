import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROUTINE } from './routine.ts';

const found = (program: string) => spawnSync(program, ['--version']).status === 0;

test('an assembler makes the same bytes of routine.S', ({ skip }) => {
  if (process.arch !== 'x64' || !found('gcc') || !found('objcopy')) skip('gcc and objcopy for x86-64 are not installed');
  const folder = mkdtempSync(join(tmpdir(), 'brownout-routine-'));
  try {
    const [object, binary] = [join(folder, 'routine.o'), join(folder, 'routine.bin')];
    expect(spawnSync('gcc', ['-c', '-o', object, new URL('routine.S', import.meta.url).pathname]).status).toBe(0);
    expect(spawnSync('objcopy', ['-O', 'binary', '-j', '.text', object, binary]).status).toBe(0);
    expect(readFileSync(binary).toString('hex')).toBe(ROUTINE.toString('hex'));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
