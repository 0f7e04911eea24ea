import { expect, test } from 'vitest';
import { expand, variablesIn } from './variables.ts';

test('variables are replaced by their values', () => {
  expect(expand('http://${link.a.host}:${port.b}/${port.b}', { 'link.a.host': '127.0.0.1', 'port.b': '80' })).toBe('http://127.0.0.1:80/80');
});

test('a value that looks like a variable is left alone', () => {
  expect(expand('${a}', { a: '${b}', b: 'no' })).toBe('${b}');
  expect(expand('${a}', { a: '$& $1' })).toBe('$& $1');
});

test('$${ stands for the text ${', () => {
  expect(expand('echo $${HOME} ${a}', { a: '1' })).toBe('echo ${HOME} 1');
  expect(variablesIn('echo $${HOME} ${a}${b}${a}')).toEqual(['a', 'b']);
});

test('a variable without a value is refused by name', () => {
  expect(() => expand('x${toString}', {})).toThrow('${toString}');
});
