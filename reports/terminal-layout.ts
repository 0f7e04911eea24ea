import type { Verdict } from './result.ts';
import { visible } from './words.ts';

/** `width` in columns; `color` whether escape sequences may be written. */
export interface Paper {
  width: number;
  color: boolean;
}

type Tone = Verdict | 'strong' | 'faint';

const sgr: Record<Tone, string> = {
  held: '32', broken: '1;31', error: '1;35', inconclusive: '1;33', 'not-tested': '2', strong: '1', faint: '2',
};

/** Lines of text for a terminal, collected in `rows`. Data passes through `visible`: no name can drive the terminal. */
export function layout(paper: Paper, rows: string[] = []) {
  const paint = (tone: Tone, text: string) => (paper.color ? `\x1b[${sgr[tone]}m${text}\x1b[0m` : text);
  const line = (text = '') => void rows.push(text);

  /** A paragraph: `lead` before its first line, `hang` before the others; broken between words. */
  const wrapped = (text: string, lead: string, tone?: Tone, hang = lead) => {
    const room = Math.max(20, paper.width - hang.length);
    broken(visible(text), room).forEach((part, index) => line((index === 0 ? lead : hang) + (tone ? paint(tone, part) : part)));
  };
  return { rows, paint, line, wrapped };
}

/** A word longer than a whole line is cut; everything else stays whole. */
function broken(text: string, room: number): string[] {
  const lines: string[] = [];
  let current = '';
  for (let word of text.split(' ')) {
    if (current !== '' && current.length + 1 + word.length > room) {
      lines.push(current);
      current = '';
    }
    for (; word.length > room; word = word.slice(room)) lines.push(word.slice(0, room));
    current = current === '' ? word : `${current} ${word}`;
  }
  return [...lines, current];
}
