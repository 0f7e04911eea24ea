/** Renderers of a Result: each a plain function to a string. Nothing here knows how a result came about. */
export { parseResult, renderJson, ResultProblem } from './json.ts';
export { renderJunit } from './junit.ts';
export { renderMarkdown } from './markdown.ts';
export { renderTerminal, renderTerminalComparison, type Terminal } from './terminal.ts';
export { renderHtml } from './html/report.ts';
export { renderComparisonHtml } from './html/comparison.ts';
export { resultSchema, type Result, type Verdict } from './result.ts';
