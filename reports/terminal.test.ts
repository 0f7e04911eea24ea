import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { renderTerminal, renderTerminalComparison } from './terminal.ts';
import { brokenStock, heldResilient, inconclusiveRun, malicious } from './testing/sample.ts';

test.each([60, 80, 120])('keeps to a width of %i, but for the command that must stay whole', (width) => {
  for (const result of [brokenStock(), heldResilient(), inconclusiveRun()]) {
    const lines = renderTerminal(result, { width, color: false }).split('\n');
    expect(lines.filter((line) => line.length > width && !line.startsWith('Record  sha256 ') && !line.startsWith('Replay'))).toEqual([]);
    expect(lines.at(-2)).toBe(`Replay  ${result.replay.command}`);
  }
  const lines = renderTerminalComparison([brokenStock(), heldResilient(), inconclusiveRun()], { width, color: false }).split('\n');
  expect(lines.filter((line) => line.length > width)).toEqual([]);
});

test('a broken run says what broke, its numbers, the first victim, the fault, the cause and the fix', () => {
  const text = renderTerminal(brokenStock(), { width: 200, color: false });
  expect(text).toMatch(/^✗ BROKEN {2}node-red-stock under all-at-once\n/);
  for (const said of [
    /✗ broken +no-loss +124 of 648/, /numbers +lost 124/, /first victim +press-1 reading 46 at 6\.01 s: .* \(and 123 more\)/,
    /during +blackhole on uplink, 6\.00–11\.00 s/, /likely cause +Messages/, /fix +Commit every reading/, /power-safe: No power cut .* To test it: Run as root/,
  ]) expect(text).toMatch(said);
});

test('colour adds escape sequences and nothing else; without it there are none', () => {
  for (const render of [renderTerminal, (result: ReturnType<typeof brokenStock>, paper: { width: number; color: boolean }) => renderTerminalComparison([result], paper)]) {
    const plain = render(brokenStock(), { width: 90, color: false });
    const coloured = render(brokenStock(), { width: 90, color: true });
    expect(plain).not.toContain('\u001b');
    expect(coloured).toContain('\u001b[');
    expect(stripVTControlCharacters(coloured)).toBe(plain);
  }
});

test('no name can drive the terminal', () => {
  const text = renderTerminal(malicious(brokenStock()), { width: 80, color: false }) + renderTerminalComparison([malicious(brokenStock())], { width: 80, color: false });
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cs}\u202e]/u);
});

test('the comparison has a row for each promise and a column for each pipeline, readable without colour', () => {
  const lines = renderTerminalComparison([brokenStock(), heldResilient()], { width: 100, color: false }).split('\n');
  expect(lines[0]).toMatch(/^ +node-red-stock +node-red-resilient$/);
  expect(lines).toContainEqual(expect.stringMatching(/^nothing acknowledged is lost +✗ broken +✓ held$/));
  expect(lines).toContainEqual(expect.stringMatching(/^stamps are true +\? inconclusive +✓ held$/));
  expect(lines.slice(1, 11).every((line) => line.includes(' held'))).toBe(true);
});
