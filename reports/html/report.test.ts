import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import type { Result } from '../result.ts';
import { brokenStock, excessive, heldResilient, inconclusiveRun, malicious } from '../testing/sample.ts';
import { renderComparisonHtml } from './comparison.ts';
import { renderHtml } from './report.ts';

// parse5, the HTML parser of the standard, comes with Node-RED, which this package depends on; it has no types.
const { parse } = createRequire(import.meta.url)('parse5');

interface Node { tagName?: string; attrs?: { name: string; value: string }[]; childNodes?: Node[]; value?: string; nodeName: string }

const everyNode = (node: Node): Node[] => [node, ...(node.childNodes ?? []).flatMap(everyNode)];
const textOf = (node: Node): string => everyNode(node).filter(({ nodeName }) => nodeName === '#text').map(({ value }) => value).join('');
const attribute = (node: Node, name: string) => node.attrs?.find((one) => one.name === name)?.value;
const elements = (html: string) => everyNode(parse(html)).filter(({ tagName }) => tagName !== undefined);
/** Without phases: the figure leaves out those of their names that are too long, on purpose. */
const shape = (result: Result) => elements(renderHtml({ ...result, phases: [] })).map(({ tagName }) => tagName);
const visibleText = (html: string) => elements(html).filter(({ tagName }) => tagName === 'main').map(textOf).join('').replace(/\s+/g, ' ');

const pages: [string, string][] = [
  ['broken', renderHtml(brokenStock())],
  ['held', renderHtml(heldResilient())],
  ['inconclusive', renderHtml(inconclusiveRun())],
  ['excessive', renderHtml(excessive())],
  ['malicious', renderHtml(malicious(brokenStock()))],
  ['comparison', renderComparisonHtml([malicious(brokenStock()), heldResilient()])],
];

test.each(pages)('a page loads nothing and names no address: %s', (_, html) => {
  const nodes = elements(html);
  for (const node of nodes) for (const name of ['src', 'href', 'srcset', 'action', 'data', 'poster', 'style']) expect(attribute(node, name)).toBeUndefined();
  expect(nodes.map(({ tagName }) => tagName)).not.toContain('link');
  expect(nodes.filter(({ tagName }) => tagName === 'style').map(textOf).join('')).not.toMatch(/@import|url\(/);
});

test.each(pages)('a page runs its own two scripts by their hashes and nothing else: %s', (_, html) => {
  const nodes = elements(html);
  const scripts = nodes.filter((node) => node.tagName === 'script' && attribute(node, 'type') !== 'application/json').map(textOf);
  const policy = attribute(nodes.find((node) => attribute(node, 'http-equiv') === 'Content-Security-Policy')!, 'content');
  expect(scripts).toHaveLength(2);
  const hashes = scripts.map((script) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`).join(' ');
  expect(policy).toBe(`default-src 'none'; style-src 'unsafe-inline'; script-src ${hashes}`);
  expect(nodes.flatMap((node) => node.attrs ?? []).filter(({ name }) => name.startsWith('on'))).toEqual([]);
});

test('malicious text changes no element of the page, and is there to be read', () => {
  expect(shape(malicious(brokenStock()))).toEqual(shape(brokenStock()));
  expect(visibleText(renderHtml(malicious(brokenStock())))).toContain('node-red-stock"\'><script>alert(1)</script>');
});

test.each([
  ['broken', brokenStock(), '✗ Broken. 124 of 648 acknowledged readings were lost in silence'],
  ['held', heldResilient(), '✓ Held. All 10 promises were kept'],
  ['inconclusive', inconclusiveRun(), '? Inconclusive. No promise was broken'],
] as const)('a reader learns the verdict, every promise, each fault with its proof, and how to replay: %s', (_, result, opening) => {
  const text = visibleText(renderHtml(result));
  expect(text).toContain(opening);
  const said = [
    ...result.guarantees.flatMap(({ promise, definition, reason, cause, fix }) => [promise, definition, reason, cause, fix]),
    ...result.faults.map(({ bite }) => bite.detail),
    ...result.notTested.flatMap(({ reason, fix }) => [reason, fix]),
    result.replay.command, result.pipeline.sha256, result.scenario.sha256,
  ];
  for (const one of said) if (one) expect(text).toContain(one);
});

test('a fault without proof says so in words', () => {
  expect(visibleText(renderHtml(inconclusiveRun()))).toContain('? not proven the gateway read its clock 0 times');
});

test('hundreds of victims are counted, and the first twenty shown', () => {
  const html = renderHtml(excessive());
  expect(visibleText(html)).toContain('123,456 in all; the first 20 are shown.');
  expect(elements(html).filter(({ tagName }) => tagName === 'tr').length).toBeLessThan(100);
});

test('a run that came to nothing still has a page', () => {
  const nothing: Result = { ...inconclusiveRun(), guarantees: [], faults: [], notTested: [], phases: [], series: { atMs: [], read: [], delivered: [], backlog: [] } };
  const text = visibleText(renderHtml(nothing));
  for (const said of ['there is nothing to draw', 'judged no guarantee', 'No fault was injected']) expect(text).toContain(said);
});

test('the comparison has one column per pipeline, and its title says how many kept their promises', () => {
  const text = visibleText(renderComparisonHtml([brokenStock(), heldResilient()]));
  expect(text).toContain('Under all-at-once, 1 of 2 pipelines kept every promise.');
  expect(text).toMatch(/Promise ?node-red-stock ?node-red-resilient/);
});

test('the same result gives the same bytes', () => {
  expect(renderHtml(brokenStock())).toBe(renderHtml(brokenStock()));
});
