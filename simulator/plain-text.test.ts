import { expect, test } from 'vitest';
import { plainText } from './plain-text.ts';

test.each([
  ['\u001b[31mred\u001b[0m', 'red'],
  ['\u001b[2J\u001b[1;1Hcleared', 'cleared'],
  ['\u001b]0;a title\u0007here', 'here'],
  ['\u001b]8;;http://x\u001b\\a link\u001b]8;;\u001b\\', 'a link'],
  ['\u009b31mone byte', 'one byte'],
  ['bell\u0007 and\u0000 null, \rreturned', 'bell and null, returned'],
  ['\u202eturned', 'turned'],
  ['tab\tand\nline, Grüße, 温度, 🌡', 'tab\tand\nline, Grüße, 温度, 🌡'],
])('%j is shown as %j', (text, shown) => {
  expect(plainText(text)).toBe(shown);
});

test('no escape character is left, whatever follows it', () => {
  for (let code = 0; code < 256; code++) {
    expect(plainText(`\u001b${String.fromCharCode(code)}x\u001b`)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/); // oxlint-disable-line no-control-regex
  }
});
