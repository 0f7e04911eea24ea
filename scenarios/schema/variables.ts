/** `${name}`; `$${` stands for the text `${` itself. */
const VARIABLE = /\$(\$?)\{([^{}]*)\}/g;

/** The names of the variables in a text, in order, each once: `http://${link.cloud.host}/` gives `['link.cloud.host']`. */
export function variablesIn(text: string): string[] {
  const names = new Set<string>();
  replaceVariables(text, (name) => {
    names.add(name);
    return '';
  });
  return [...names];
}

/** The environment variable of Brownout's own that `env.NAME` stands for; undefined for all other variables. */
export function environmentOf(variable: string): string | undefined {
  return /^env\.([A-Za-z_][A-Za-z0-9_]*)$/.exec(variable)?.[1];
}

/** The text with every variable replaced. Throws a RangeError for one that has no value. */
export function expand(text: string, variables: Readonly<Record<string, string>>): string {
  return replaceVariables(text, (name) => {
    if (!Object.hasOwn(variables, name)) throw new RangeError(`The variable \${${name}} has no value here: ${text}`);
    return variables[name]!;
  });
}

/** The text with every variable replaced by what `valueOf` gives for its name. */
export function replaceVariables(text: string, valueOf: (name: string) => string): string {
  return text.replaceAll(VARIABLE, (whole, escape: string, name: string) => (escape ? whole.slice(1) : valueOf(name)));
}
