import { z } from 'zod';
import { pipelineSchema } from './pipeline.ts';
import { scenarioFileSchema } from './scenario-file.ts';
import { defOf } from './schema-at.ts';
import { formatDurationMs } from './values.ts';

/** The JSON Schemas that editors complete and check YAML files with, by file name. */
export function jsonSchemas(): Record<string, string> {
  return {
    'pipeline.schema.json': textOf('A pipeline under test, for Brownout', pipelineSchema),
    'scenario.schema.json': textOf('A scenario of failures, for Brownout', scenarioFileSchema),
  };
}

function textOf(title: string, schema: z.ZodType): string {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input', override: writeDefaultDuration });
  return `${JSON.stringify({ $schema, title, ...rest }, null, 2)}\n`;
}

/** A default is held in milliseconds, but written with its unit; zod leaves such a default out. */
export function writeDefaultDuration({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodTypes; jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  const def = defOf(zodSchema);
  const isDuration = def.type === 'default' && defOf(def.innerType).type === 'pipe' && typeof def.defaultValue === 'number';
  if (isDuration) jsonSchema.default = formatDurationMs(def.defaultValue as number);
}
