import { PassThrough } from 'node:stream';
import { afterEach, expect, test, vi } from 'vitest';
import { Terminal } from './terminal.ts';

afterEach(() => void vi.unstubAllEnvs());

const HOSTILE = 'a\u001b]0;owned\u0007b\u001b[2Jc\u009b31md\u001b[8me\rf\u202eg';

function terminal(): { screen: () => string; it: Terminal } {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 20 });
  return { screen: () => String(stream.read() ?? ''), it: new Terminal(stream as unknown as NodeJS.WriteStream) };
}

test('whatever it is given, no control character but a line feed reaches the terminal', () => {
  vi.stubEnv('NO_COLOR', '1').stubEnv('CI', '1');
  const { screen, it } = terminal();
  it.line(HOSTILE);
  it.line(it.style('red', HOSTILE));
  // oxlint-disable-next-line no-control-regex
  expect(screen()).toMatch(/^[^\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]*$/);
});

test('only colours of ours are colours, also inside of a text of somebody else', () => {
  vi.stubEnv('NO_COLOR', '').stubEnv('CI', '1');
  const { screen, it } = terminal();
  it.line(`${it.style('red', HOSTILE)} ${HOSTILE}`);
  const said = screen();
  expect(said).toMatch(/^\u001b\[31m[^\u001b]*\u001b\[39m [^\u001b]*\n$/); // oxlint-disable-line no-control-regex
});

test('a status line is as wide as the terminal, colours not counted', () => {
  vi.stubEnv('NO_COLOR', '').stubEnv('CI', '');
  const { screen, it } = terminal();
  it.status([`${it.style('red', 'x'.repeat(10))}${'y'.repeat(30)}\u001b[2J`]);
  expect(screen()).toBe(`\u001b[31m${'x'.repeat(10)}\u001b[39m${'y'.repeat(9)}\n`);
});

test('a reader that goes away is no failure', async () => {
  const stream = new PassThrough();
  const it = new Terminal(stream as unknown as NodeJS.WriteStream);
  stream.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
  await new Promise(setImmediate); // without a listener the error would be thrown by now
  it.line('y');
  await new Promise(setImmediate);
});
