import { visible } from '../words.ts';

/** A piece of HTML that was made by the `html` tag and not by data. */
export interface Markup {
  readonly markup: string;
}

type Value = string | number | Markup | undefined | Value[];

/** Every value that is not Markup is escaped; arrays are joined; undefined is nothing. Attributes are always quoted. */
export function html(strings: TemplateStringsArray, ...values: Value[]): Markup {
  return { markup: strings.reduce((page, part, index) => page + written(values[index - 1]) + part) };
}

/** For what is trusted as it stands: our own style and scripts. */
export const trusted = (markup: string): Markup => ({ markup });

/** JSON for a `<script type="application/json">`: no `<` in it, so it can end no element and open no comment. */
export const json = (value: unknown): Markup => trusted(JSON.stringify(value).replaceAll('<', '\\u003c'));

function written(value: Value): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.map(written).join('');
  if (typeof value === 'object') return value.markup;
  return visible(String(value)).replace(/[&<>"']/g, (sign) => entities[sign]!);
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
