import type { Pipeline } from '../../scenarios/schema/pipeline.ts';
import { environmentOf, variablesIn } from '../../scenarios/schema/variables.ts';
import { HarnessProblem } from '../problem.ts';

/**
 * `${env.NAME}` in a URL or header that the harness itself asks with. It stays as it is written wherever a text is
 * kept or shown, and is replaced only in what is sent.
 */
const SECRET = /\$\{env\.([A-Za-z_]\w*)\}/g;

/** The text with every `${env.NAME}` replaced by the value of that environment variable, as it is sent. */
export function withSecrets(text: string): string {
  return text.replaceAll(SECRET, (_, name: string) => process.env[name] ?? '');
}

/** Puts `${env.NAME}` in the place of the values of all variables of these texts, in the forms in which a server may send them back. */
export function redactorOf(texts: readonly string[]): (text: string) => string {
  const names = new Set(texts.flatMap((text) => [...text.matchAll(SECRET)].map(([, name]) => name!)));
  const forms = [...names].flatMap((name) => {
    const value = process.env[name];
    return value ? formsOf(value).map((form) => ({ form, name })) : [];
  });
  const longestFirst = forms.toSorted((a, b) => b.form.length - a.form.length);
  return (text) => longestFirst.reduce((it, { form, name }) => it.replaceAll(form, `\${env.${name}}`), text);
}

function formsOf(value: string): string[] {
  const base64 = Buffer.from(value).toString('base64');
  return [...new Set([value, encodeURIComponent(value), encodeURI(value), JSON.stringify(value).slice(1, -1), base64])];
}

/** Throws HarnessProblem for the first environment variable that a pipeline file takes a token from and that has no value. */
export function requireEnvironment(pipeline: Pipeline): void {
  for (const variable of variablesIn(JSON.stringify(pipeline))) {
    const name = environmentOf(variable);
    if (name === undefined) continue;
    const value = process.env[name];
    if (!value) throw new HarnessProblem(`the environment variable ${name} is not set, which the pipeline file takes as \${${variable}}`, `Set it for brownout: ${name}=... npx brownout run ...`);
    // oxlint-disable-next-line no-control-regex
    if (/[\u0000-\u001f\u007f]/.test(value)) throw new HarnessProblem(`the environment variable ${name} holds a line break or another control character, which neither a URL nor a header may have`);
  }
}
