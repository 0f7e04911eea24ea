import type { Right } from './case.ts';
import type { Tried } from './try-case.ts';

/** Said against right, as a Markdown table: it can be read in a terminal and pasted into a note. */
export function tableOf(tried: readonly Tried[]): string {
  const rows = tried.map((it) => [it.case.case, it.case.said, rightOf(it.case.right), it.now, it.state + (it.why.length > 0 ? `: ${it.why.join('; ')}` : '')]);
  return [['case', '0.1.0 said', 'right', 'now', ''], ['---', '---', '---', '---', '---'], ...rows].map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');
}

/** One line for all. */
export function tally(tried: readonly Tried[]): string {
  const count = (state: Tried['state']) => tried.filter((it) => it.state === state).length;
  const rest = (['cannot-here', 'not-yet'] as const).filter((state) => count(state) > 0).map((state) => `, ${count(state)} ${state}`);
  return `${count('right')} right, ${count('wrong')} wrong${rest.join('')}`;
}

function rightOf(right: Right | undefined): string {
  if (!right) return 'can be said';
  const verdicts = Object.entries(right.guarantees).map(([id, verdict]) => `${id} ${[verdict].flat().join(' or ')}`);
  const never = right['never-verdict'] ? [`nothing ${right['never-verdict']}`] : [];
  const exit = right.exit === undefined ? [] : [`exit ${[right.exit].flat().join(' or ')}`];
  return [...verdicts, ...never, ...exit].join(', ');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
