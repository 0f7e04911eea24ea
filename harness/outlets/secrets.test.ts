import { afterEach, expect, test, vi } from 'vitest';
import { pipelineSchema } from '../../scenarios/schema/pipeline.ts';
import { redactorOf, requireEnvironment, withSecrets } from './secrets.ts';

afterEach(() => vi.unstubAllEnvs());

const pipelineWith = (health: object) =>
  pipelineSchema.parse({ version: 1, name: 'test', nodes: { n: { command: ['node'], ready: { log: 'up' } } }, links: {}, outlet: { readings: { kind: 'file', file: 'x' }, health } });

test('values take the place of their names only in what is sent, and names that of values in what is shown', () => {
  vi.stubEnv('TOKEN_A', 'a b/"ü"');
  vi.stubEnv('TOKEN_B', 'a b');
  const texts = ['Bearer ${env.TOKEN_A}', '${env.TOKEN_B}'];
  expect(texts.map(withSecrets)).toEqual(['Bearer a b/"ü"', 'a b']);
  const redact = redactorOf(texts);
  for (const form of ['a b/"ü"', encodeURIComponent('a b/"ü"'), 'a b/\\"ü\\"', Buffer.from('a b/"ü"').toString('base64')]) {
    expect(redact(`<${form}>`)).toBe('<${env.TOKEN_A}>');
  }
  expect(redact('<a b>')).toBe('<${env.TOKEN_B}>');
});

test('a variable that is not set, is empty or cannot be sent is told before anything starts', () => {
  const pipeline = pipelineWith({ url: 'http://x/', headers: { Authorization: 'Bearer ${env.SOME_TOKEN}' } });
  const told = 'the environment variable SOME_TOKEN is not set, which the pipeline file takes as ${env.SOME_TOKEN}';
  expect(() => requireEnvironment(pipeline)).toThrow(told);
  vi.stubEnv('SOME_TOKEN', '');
  expect(() => requireEnvironment(pipeline)).toThrow(told);
  vi.stubEnv('SOME_TOKEN', 'two\nlines');
  expect(() => requireEnvironment(pipeline)).toThrow(/^(?!.*two)the environment variable SOME_TOKEN holds a line break/);
  vi.stubEnv('SOME_TOKEN', 'x');
  expect(() => requireEnvironment(pipeline)).not.toThrow();
});
