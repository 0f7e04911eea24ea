import type { z } from 'zod';
import type { KeyPath } from './parse-yaml.ts';

type Schema = z.core.$ZodType;

/** What a schema is made of, by its type. */
export function defOf(schema: Schema): z.core.$ZodTypes['_zod']['def'] {
  return (schema as z.core.$ZodTypes & { def: z.core.$ZodTypes['_zod']['def'] }).def;
}

/** What stands at a path of plain data; undefined if there is nothing. */
export function valueAt(value: unknown, path: KeyPath): unknown {
  return path.reduce((it: any, step) => (it !== null && typeof it === 'object' && Object.hasOwn(it, step) ? it[step] : undefined), value);
}

/** The part of a schema that is meant for what stands at `path` of `value`; undefined where the schema says nothing about it. */
export function schemaAt(schema: Schema, path: KeyPath, value: unknown): Schema | undefined {
  let at: Schema | undefined = schema;
  for (const [depth, step] of path.entries()) {
    if (!at) return undefined;
    at = below(at, step, valueAt(value, path.slice(0, depth)));
  }
  return at;
}

function below(schema: Schema, step: PropertyKey, value: unknown): Schema | undefined {
  const def = defOf(unwrap(schema, value));
  switch (def.type) {
    case 'object': return Object.hasOwn(def.shape, step) ? def.shape[step as string] : undefined;
    case 'record': return def.valueType;
    case 'array': return def.element;
    default: return undefined;
  }
}

/** Past optional, default and transform, and, of a union told apart by a key, the member that the value chose. */
function unwrap(schema: Schema, value: unknown): Schema {
  const def = defOf(schema);
  switch (def.type) {
    case 'optional':
    case 'default':
    case 'prefault': return unwrap(def.innerType, value);
    case 'pipe': return unwrap(def.in, value);
    case 'union': return chosenMember(def, value) ?? schema;
    default: return schema;
  }
}

function chosenMember(def: z.core.$ZodUnionDef, value: unknown): Schema | undefined {
  const key = (def as z.core.$ZodDiscriminatedUnionDef).discriminator;
  if (!key) return undefined;
  return def.options.find((option) => {
    const told = below(option, key, undefined);
    const word = told && defOf(told);
    return word?.type === 'literal' && word.values.includes(valueAt(value, [key]) as z.core.util.Literal);
  });
}

/** The keys that may stand at `path` of `value`. */
export function keysAt(schema: Schema, path: KeyPath, value: unknown): string[] {
  const at = schemaAt(schema, path, value);
  if (!at) return [];
  const def = defOf(unwrap(at, valueAt(value, path)));
  return def.type === 'object' ? Object.keys(def.shape).filter((it) => it !== '$schema') : [];
}
